"""Manual review: asking for it, taking it back, and the reviewers' queue."""

from datetime import datetime
from uuid import UUID

from aiohttp import web

from services.identity.api.calls import IdentityCall
from services.identity.api.review_schemas import (
    ApprovalBody,
    DecisionView,
    DocumentTypesView,
    DocumentTypeView,
    RejectionBody,
    ReviewItemView,
    ReviewView,
)
from services.identity.api.verification_schemas import ClaimBody, VerificationView
from services.identity.api.verification_views import verification_view
from services.identity.domain.claim import Claim, ExemptChannel
from services.identity.domain.documents import AUTOMATIC, EXEMPT, NAMES_ZH, sides_of
from services.identity.domain.verification import Verification
from services.identity.storage import identity_documents, verification_images, verifications
from services.identity.storage.verification_images import OBJECT_CLASS
from services.identity.storage.verifications import PendingReview
from services.identity.use_cases.verifying.decide_manual_review import (
    ReviewedDetails,
    approve_manual_review,
    open_request,
    reject_manual_review,
)
from services.identity.use_cases.verifying.request_manual_review import (
    open_manual_claim,
    request_manual_review,
    withdraw_manual_review,
)
from services.identity.use_cases.verifying.show_verification import show_verification
from services.identity.use_cases.verifying.start_automatic_verification import ClaimRequest
from services.identity.use_cases.verifying.view_verification_image import (
    MarkedPhoto,
    mark_photo,
    record_view,
    select_photo,
)
from shared import audit
from shared.masking import mask_document_no, mask_name
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.web.cursors import Page, decode_cursor, encode_cursor


async def get_document_types(call: IdentityCall) -> DocumentTypesView:
    """A14, A17."""
    offered = call.deps.settings.verification.document_types
    return DocumentTypesView(
        items=[
            DocumentTypeView(
                document_type=kind,
                name=NAMES_ZH[kind] if call.language == "zh" else kind.replace("_", " "),
                automatic=kind in AUTOMATIC,
                sides=list(sides_of(kind)),
                guidance=ExemptChannel().sentence(call.language) if kind in EXEMPT else None,
            )
            for kind in offered
        ]
    )


async def post_manual_verification(call: IdentityCall, body: ClaimBody) -> VerificationView:
    """A13, A14."""
    request = ClaimRequest(body.document_type, body.name, body.document_no)
    limits = call.deps.settings.verification
    await request_manual_review(call.tx, request, call.actor, call.deps.keyring, limits, call.now)
    return await _own(call)


async def post_verification_withdrawal(call: IdentityCall) -> VerificationView:
    """A16."""
    await withdraw_manual_review(call.tx, call.actor, call.now)
    return await _own(call)


async def get_verification_requests(call: IdentityCall) -> Page[ReviewItemView]:
    """A15; oldest first."""
    since, person_id = decode_cursor(call.query.cursor, (datetime, UUID))
    found = await verifications.select_pending(call.reader, (since, person_id), call.query.limit + 1)
    shown, last = found[: call.query.limit], found[call.query.limit - 1 : call.query.limit]
    more = encode_cursor(last[0].since, last[0].person_id) if len(found) > call.query.limit else None
    return Page(items=[_item(pending, call.deps.keyring) for pending in shown], next_cursor=more)


async def get_verification_request(call: IdentityCall) -> ReviewView:
    """A15, V55: opened with a record of who looked."""
    person_id, keyring = call.path_id("person_id"), call.deps.keyring
    claim = await open_request(call.tx, person_id, call.actor, keyring)
    audit.record(
        call.tx,
        "verification.view_claim",
        actor=call.actor,
        subject_kind="person",
        subject_id=person_id,
        at=call.now,
    )
    return await _review(call, await verifications.select(call.tx, person_id), claim)


async def get_verification_request_image(call: IdentityCall, photo: MarkedPhoto) -> web.StreamResponse:
    """V33."""
    record_view(call.tx, photo, call.actor, call.now)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="{photo.image.side}.jpg"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=photo.jpeg, content_type="image/jpeg", headers=headers)


async def prepare_request_image(call: IdentityCall) -> MarkedPhoto:
    """Load and mark the photo before the transaction. Raises NotFound, OwnRequest, ObjectStoreUnavailable."""
    person_id = call.path_id("person_id")
    async with call.database.read() as reader:
        await open_request(reader, person_id, call.actor, call.deps.keyring)
        image = await select_photo(reader, person_id, call.path["side"])
    data = await call.deps.bucket.get(image.object_key, OBJECT_CLASS)
    return await mark_photo(image, data, call.actor, call.now)


async def post_verification_approval(call: IdentityCall, body: ApprovalBody) -> DecisionView:
    """A15."""
    details = ReviewedDetails(body.sex, body.birth_date, body.ethnicity_code, body.valid_to)
    person_id, keyring = call.path_id("person_id"), call.deps.keyring
    return _decision(
        await approve_manual_review(call.tx, person_id, call.expected_version, details, call.actor, keyring, call.now)
    )


async def post_verification_rejection(call: IdentityCall, body: RejectionBody) -> DecisionView:
    """A15."""
    person_id, keyring, limits = call.path_id("person_id"), call.deps.keyring, call.deps.settings.verification
    return _decision(
        await reject_manual_review(
            call.tx, person_id, call.expected_version, body.reason_code, call.actor, keyring, limits, call.now
        )
    )


async def _own(call: IdentityCall) -> VerificationView:
    limits = call.deps.settings.verification
    status = await show_verification(call.reader, call.actor.id, limits, call.now)
    return verification_view(status, call.language, limits.consent_version)


def _decision(verification: Verification) -> DecisionView:
    return DecisionView(person_id=verification.person_id, state=verification.state, version=verification.version)


def _item(pending: PendingReview, keyring: Keyring) -> ReviewItemView:
    claim = open_manual_claim(pending.claim_sealed, pending.person_id, keyring)
    return ReviewItemView(
        person_id=pending.person_id,
        since=pending.since,
        version=pending.version,
        document_type=pending.claim_type,
        name_masked=mask_name(claim.name),
        document_no_masked=mask_document_no(claim.document_no),
    )


async def _review(call: IdentityCall, verification: Verification, claim: Claim) -> ReviewView:
    index = blind_index(call.deps.keyring, "index_person", "document_no", claim.document_no)
    holder = await identity_documents.select_holder(call.tx, index)
    return ReviewView(
        person_id=verification.person_id,
        since=verification.since,
        version=verification.version,
        document_type=claim.document_type,
        name=claim.name,
        document_no=claim.document_no,
        held_by_another=holder not in (None, verification.person_id),
        photos=sorted(await verification_images.select_current(call.tx, verification.person_id)),
    )
