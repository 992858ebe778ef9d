"""Keep a proof of the military in the year in which the platform hosts them; a later upload replaces it (A18)."""

from datetime import datetime

from services.identity.domain.exempt_channel import ProofsNotHosted
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import STATES_ZH, VerificationNotAllowed
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import verifications
from services.identity.use_cases.verifying.accept_consent import require_consent
from services.identity.use_cases.verifying.store_verification_image import StoredPhoto, keep_photo
from shared.actor import Actor
from shared.postgres.transaction import Reader, Transaction


async def require_proofs_welcome(
    reader: Reader, actor: Actor, limits: VerificationLimits, catalogue: VerificationCatalogue, now: datetime
) -> None:
    """Before a byte is received. Raises ProofsNotHosted, ConsentMissing, and VerificationNotAllowed for who was
    revoked."""
    if not catalogue.year_of(now.date()).hosts_proofs(limits.hosts_exempt_proofs):
        raise ProofsNotHosted
    await require_consent(reader, actor, limits)
    verification = await verifications.select(reader, actor.id)
    if verification.state == "revoked":
        raise VerificationNotAllowed(state=verification.state, state_zh=STATES_ZH[verification.state])


async def store_exempt_proof(tx: Transaction, photo: StoredPhoto, actor: Actor, now: datetime) -> bool:
    """True when it replaces an earlier one."""
    await verifications.lock(tx, actor.id)
    return await keep_photo(tx, photo, "exempt_channel.upload_proof", actor, now)
