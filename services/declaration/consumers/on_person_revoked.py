"""A person's verification was revoked: what he declared falls, and he declares nothing any more (4.1)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_revoked_people
from services.declaration.use_cases.revoke_open_declarations import revoke_open_declarations
from shared.contracts.identity import PersonRevoked
from shared.postgres.transaction import Transaction


async def on_person_revoked(tx: Transaction, event: PersonRevoked, deps: Dependencies) -> None:
    """Comes twice or before the verification: the same. Remembered first, so that a draft that is being started right
    now finds no identity when it is handed in."""
    await known_revoked_people.insert(tx, event.person_id, event.aggregate_version, event.reason_code, event.revoked_at)
    await revoke_open_declarations(tx, event.person_id, event.reason_code, deps.clock.now())
