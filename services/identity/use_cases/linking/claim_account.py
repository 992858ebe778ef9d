"""The old phone is lost: who logged in with another one claims the account of a verified identity, shown by photos of
the document. A reviewer decides; until then nobody learns whether such an account exists (V6, V9, P14)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.claim import Claim, ClaimRequest, plain_claim
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import identity_documents
from services.identity.storage.merge_requests import MergeRequest
from services.identity.use_cases.linking.request_merge import request_merge, require_no_history
from services.identity.use_cases.verifying.accept_consent import require_consent
from services.identity.use_cases.verifying.start_automatic_verification import require_photos, take_start
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text, seal_text_for


async def claim_account(
    tx: Transaction,
    request: ClaimRequest,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> MergeRequest:
    """A request that waits. Raises what `plain_claim` raises, BothProven, ConsentMissing, PhotosMissing, LimitReached,
    MergePending."""
    claim = plain_claim(request, catalogue.year_of(now.date()).document_types, now.date())
    await require_no_history(tx, actor.id)
    await require_consent(tx, actor, limits)
    await require_photos(tx, actor.id, claim.document_type)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    await take_start(tx, actor.id, index, limits, now)
    other = await identity_documents.select_holder(tx, index)
    request_id = new_id()
    sealed = await seal_text_for(keyring, actor.id, "person", _place(request_id), claim.model_dump_json())
    return await request_merge(
        tx, other, "identity", None, actor, keyring, now, request_id=request_id, claim_sealed=sealed
    )


async def open_account_claim(request: MergeRequest, keyring: Keyring) -> Claim | None:
    """The clear claim of a request that waits, None where it has none."""
    if request.claim_sealed is None:
        return None
    text = await open_text(keyring, "person", _place(request.request_id), request.claim_sealed)
    return Claim.model_validate_json(text)


def _place(request_id: UUID) -> str:
    return f"merge_request.claim:{request_id}"
