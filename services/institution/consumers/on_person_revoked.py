"""A person's verification was revoked: the binding ends and none can be made again (4.1, 4.3)."""

from services.institution.dependencies import Dependencies
from services.institution.use_cases.bindings.end_bindings_of_revoked import end_bindings_of_revoked
from shared.contracts.identity import PersonRevoked
from shared.postgres.transaction import Transaction


async def on_person_revoked(tx: Transaction, event: PersonRevoked, deps: Dependencies) -> None:
    """Comes twice or before the verification: the same."""
    await end_bindings_of_revoked(
        tx, event.person_id, event.aggregate_version, event.reason_code, event.revoked_at, deps.clock.now()
    )
