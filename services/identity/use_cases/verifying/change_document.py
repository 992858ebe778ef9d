"""A verified person asks to be known by another document, such as a renewed passport (4.1)."""

from datetime import datetime

from services.identity.domain.claim import ClaimRequest, plain_claim
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import Verification
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import verifications
from services.identity.use_cases.linking.require_not_held import require_not_held
from services.identity.use_cases.verifying.request_manual_review import keep_request, write_moved
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def change_document(
    tx: Transaction,
    request: ClaimRequest,
    expected_version: int,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> Verification:
    """pending_manual; the old document stays verified until the decision. Raises what `plain_claim` raises,
    HeldAfterPhoneChange, StaleVersion, VerificationNotAllowed, ConsentMissing, PhotosMissing (new photos are needed)
    and LimitReached."""
    claim = plain_claim(request, catalogue.year_of(now.date()).document_types, now.date())
    verification = await verifications.lock(tx, actor.id)
    await require_not_held(tx, actor.id, now)
    require_version(verification, expected_version)
    changing = verification.asked_for_change(now)
    await keep_request(tx, claim, actor, keyring, limits, now, taken_after=verification.verified_at)
    await write_moved(tx, verification, changing, "verification.change_document", actor)
    return changing


def require_version(verification: Verification, expected: int) -> None:
    """Raise StaleVersion unless this is the version that was seen."""
    if verification.version != expected:
        raise StaleVersion(current=verification.version, state=verification.state)
