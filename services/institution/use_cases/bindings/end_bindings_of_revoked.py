"""The binding of a person whose verification was revoked ends: he is nobody's probationer any more (4.1, 4.3)."""

from datetime import datetime
from uuid import UUID

from services.institution.storage import bindings, known_people, known_revoked_people
from services.institution.use_cases.bindings.move_binding import end_locked
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def end_bindings_of_revoked(
    tx: Transaction, person_id: UUID, version: int, reason_code: str, revoked_at: datetime, now: datetime
) -> None:
    """Remember the revocation and end the active or frozen binding and the request, whatever declarations hold it: they
    fall too. The lock on the person makes a binding that is being made right now come before or after, never beside."""
    await known_people.lock(tx, person_id)
    await known_revoked_people.insert(tx, person_id, version, revoked_at)
    for binding in (await bindings.lock_current(tx, person_id), await bindings.lock_pending(tx, person_id)):
        if binding is not None:
            await end_locked(tx, binding, "revoke", ended_by="system", reason=reason_code, actor=SYSTEM, now=now)
