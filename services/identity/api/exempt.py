"""Declaring on another channel: what to do there, choosing it, and taking the choice back (A17, A18)."""

from services.identity.api.calls import IdentityCall
from services.identity.api.exempt_schemas import (
    ChannelView,
    ExemptChoiceBody,
    ExemptView,
    ProofView,
    StepView,
    UploadedProofView,
)
from services.identity.domain.claim import ClaimRequest
from services.identity.domain.exempt_channel import PROOFS, STEPS, steps_of
from services.identity.storage import exempt_choices, verification_images
from services.identity.storage.verification_images import proof_side
from services.identity.use_cases.exempting.choose_exempt_channel import (
    choose_exempt_channel,
    withdraw_exempt_channel,
)
from services.identity.use_cases.exempting.store_exempt_proof import store_exempt_proof
from services.identity.use_cases.verifying.store_verification_image import StoredPhoto


async def get_exempt_channel(call: IdentityCall) -> ExemptView:
    """A17, A18, C9."""
    return await _view(call)


async def post_exempt_channel(call: IdentityCall, body: ExemptChoiceBody) -> ExemptView:
    """A17."""
    deps = call.deps
    request = ClaimRequest(body.document_type, body.name, body.document_no)
    limits = deps.settings.verification
    await choose_exempt_channel(
        call.tx, body.kind, request, body.exam_site_id, call.actor, deps.keyring, limits, deps.catalogue, call.now
    )
    return await _view(call)


async def post_exempt_channel_withdrawal(call: IdentityCall) -> ExemptView:
    """A17."""
    await withdraw_exempt_channel(call.tx, call.actor, call.deps.catalogue, call.now)
    return await _view(call)


async def put_exempt_proof(call: IdentityCall, photo: StoredPhoto) -> ProofView:
    """A18; the proof was received, made safe and stored by `prepare_proof`."""
    replaces = await store_exempt_proof(call.tx, photo, call.actor, call.now)
    proof = next(one for one in PROOFS if proof_side(one) == photo.side)
    return ProofView(proof=proof, width=photo.width, height=photo.height, sha256=photo.sha256, replaces=replaces)


async def _view(call: IdentityCall) -> ExemptView:
    choice = await exempt_choices.select(call.reader, call.actor.id)
    uploaded = await verification_images.select_proofs(call.reader, [call.actor.id])
    year, chinese = call.deps.catalogue.year_of(call.now.date()), call.language == "zh"
    hosted = year.hosts_proofs(call.deps.settings.verification.hosts_exempt_proofs)
    channels = [
        ChannelView(
            kind=kind,
            steps=[StepView(code=s.code, message=s.zh if chinese else s.en) for s in steps_of(kind, hosted=hosted)],
        )
        for kind in STEPS
    ]
    return ExemptView(
        chosen=choice.kind if choice else None,
        chosen_at=choice.chosen_at if choice else None,
        exam_site_id=choice.exam_site_id if choice else None,
        proofs_hosted=hosted,
        proofs=[
            UploadedProofView(proof=proof, uploaded_at=uploaded[call.actor.id, proof].uploaded_at)
            for proof in PROOFS
            if (call.actor.id, proof) in uploaded
        ],
        exam_year=year.exam_year,
        channels=channels,
    )
