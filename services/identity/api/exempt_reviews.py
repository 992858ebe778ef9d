"""Proofs of the military as the exam body of the chosen site sees them: in its jurisdiction only, by links that live a
minute, watermarked, and every look recorded (A18, V33)."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from services.identity.api.calls import IdentityCall
from services.identity.api.exempt_schemas import ExemptChoiceView, ProofLinkView
from services.identity.api.review_photos import photo_response
from services.identity.domain.exempt_channel import PROOFS
from services.identity.storage import exempt_choices, verification_images
from services.identity.storage.exempt_choices import ExemptChoice
from services.identity.storage.verification_images import OBJECT_CLASS, VerificationImage
from services.identity.use_cases.staffing.managed_account import superior_of
from services.identity.use_cases.verifying.link_verification_image import link_image, require_link
from services.identity.use_cases.verifying.view_verification_image import MarkedPhoto, mark_photo, record_view
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.web.cursors import Page
from shared.web.paging import page_of, position

_Proofs = dict[tuple[UUID, str], VerificationImage]


async def get_exempt_choices(call: IdentityCall) -> Page[ExemptChoiceView]:
    """A18."""
    query, node = call.query, superior_of(call.actor).scope_id
    rows = await exempt_choices.select_page_below(
        call.reader, node, query.exam_site_id, position(query), query.limit + 1
    )
    proofs = await verification_images.select_proofs(call.reader, [row.person_id for row in rows])
    return page_of(Page[ExemptChoiceView], query, rows, lambda row: _view(call, row, proofs), lambda row: row.person_id)


async def get_exempt_proof(call: IdentityCall, photo: MarkedPhoto) -> web.StreamResponse:
    """A18, V33."""
    record_view(call.tx, photo, call.actor, call.now)
    return photo_response(photo)


async def prepare_exempt_proof(call: IdentityCall) -> MarkedPhoto:
    """Load and mark the proof before the transaction. Raises NotFound (unknown, or outside the jurisdiction),
    ImageLinkEnded, ObjectStoreUnavailable."""
    person_id, link = call.path_id("person_id"), call.query
    async with call.database.read() as reader:
        await exempt_choices.select_below(reader, superior_of(call.actor).scope_id, person_id)
        proofs = await verification_images.select_proofs(reader, [person_id])
    if (image := proofs.get((person_id, call.path["proof"]))) is None:
        raise NotFound
    require_link(image, link.until, link.seal, call.actor, call.deps.keyring, call.now)
    data = await call.deps.bucket.get(image.object_key, OBJECT_CLASS)
    return await mark_photo(image, data, call.actor, call.now)


def _view(call: IdentityCall, row: ExemptChoice, proofs: _Proofs) -> ExemptChoiceView:
    keyring, limits = call.deps.keyring, call.deps.settings.verification
    links = []
    for proof in PROOFS:
        if (image := proofs.get((row.person_id, proof))) is not None:
            link = link_image(image, call.actor, keyring, limits, call.now)
            where = f"/api/identity/v1/exempt-choices/{row.person_id}/proofs/{proof}"
            href = f"{where}?{urlencode({'until': link.until, 'seal': link.seal})}"
            links.append(
                ProofLinkView(proof=proof, href=href, valid_until=datetime.fromtimestamp(link.until, SHANGHAI))
            )
    return ExemptChoiceView.model_validate(
        {
            "person_id": row.person_id,
            "name_masked": row.name_masked,
            "document_no_masked": row.document_no_masked,
            "chosen_at": row.chosen_at,
            "exam_site_id": row.exam_site_id,
            "proofs": links,
        }
    )
