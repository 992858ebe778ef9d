"""The candidate's side of manual review: document types, asking, taking back, changing the document."""

from services.identity.api.calls import IdentityCall
from services.identity.api.review_schemas import DocumentTypesView, DocumentTypeView, Need
from services.identity.api.verification_schemas import ClaimBody, VerificationView
from services.identity.api.verification_views import verification_view
from services.identity.domain.claim import ClaimRequest
from services.identity.domain.documents import (
    AUTOMATIC,
    EXEMPT,
    EXPIRING,
    NAMES_ZH,
    WITH_COUNTRY,
    DocumentType,
    sides_of,
)
from services.identity.domain.exempt_channel import ExemptChannel
from services.identity.use_cases.verifying.change_document import change_document
from services.identity.use_cases.verifying.request_manual_review import (
    request_manual_review,
    withdraw_manual_review,
)
from services.identity.use_cases.verifying.show_verification import show_verification


async def get_document_types(call: IdentityCall) -> DocumentTypesView:
    """A14, A17."""
    year = call.deps.catalogue.year_of(call.now.date())
    return DocumentTypesView(
        exam_year=year.exam_year, items=[_type(kind, call.language) for kind in year.document_types]
    )


async def post_manual_verification(call: IdentityCall, body: ClaimBody) -> VerificationView:
    """A13, A14."""
    deps = call.deps
    await request_manual_review(
        call.tx, claim_request(body), call.actor, deps.keyring, deps.settings.verification, deps.catalogue, call.now
    )
    return await own_verification(call)


async def post_verification_withdrawal(call: IdentityCall) -> VerificationView:
    """A16."""
    await withdraw_manual_review(call.tx, call.actor, call.now)
    return await own_verification(call)


async def post_document_change(call: IdentityCall, body: ClaimBody) -> VerificationView:
    """4.1: the old document stays verified until the decision."""
    deps, limits = call.deps, call.deps.settings.verification
    request, version = claim_request(body), call.expected_version
    await change_document(call.tx, request, version, call.actor, deps.keyring, limits, deps.catalogue, call.now)
    return await own_verification(call)


def claim_request(body: ClaimBody) -> ClaimRequest:
    """The claim as it was typed."""
    return ClaimRequest(body.document_type, body.name, body.document_no, body.country, body.valid_to)


async def own_verification(call: IdentityCall) -> VerificationView:
    """Where the caller stands now."""
    limits = call.deps.settings.verification
    status = await show_verification(call.reader, call.actor.id, limits, call.now)
    return verification_view(status, call.deps.catalogue, call.language, limits.consent_version)


def _type(kind: DocumentType, language: str) -> DocumentTypeView:
    needs: list[Need] = ["valid_to"] if kind in EXPIRING else []
    needs += ["country"] if kind in WITH_COUNTRY else []
    return DocumentTypeView(
        document_type=kind,
        name=NAMES_ZH[kind] if language == "zh" else kind.replace("_", " "),
        automatic=kind in AUTOMATIC,
        sides=list(sides_of(kind)),
        needs=needs,
        guidance=ExemptChannel().sentence(language) if kind in EXEMPT else None,
    )
