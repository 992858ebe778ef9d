"""Second factors change only where both were shown a moment ago (V11)."""

from datetime import datetime, timedelta

from services.identity.domain.limits import SessionLimits
from services.identity.domain.passkeys import require_staff_proof
from services.identity.storage import sessions
from shared.actor import Actor
from shared.postgres.transaction import Reader


async def require_recent_factors(reader: Reader, actor: Actor, limits: SessionLimits, now: datetime) -> None:
    """Raises StaffProofNeeded: log in or step up first."""
    proven_at = None
    if actor.session_id is not None:
        proven_at = await sessions.select_proven_at(reader, actor.session_id, actor.id)
    require_staff_proof(proven_at, timedelta(minutes=limits.proof_minutes), now)
