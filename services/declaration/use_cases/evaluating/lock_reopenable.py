"""What every step of an exam body against a decided declaration begins with, whether it is reopened, revoked, or its
certificate voided after filing (4.4, 4.6)."""

from uuid import UUID

from services.declaration.storage import declarations, evaluations_in_scope
from services.declaration.storage.declarations import Declaration
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


async def lock_reopenable(
    tx: Transaction, declaration_id: UUID, actor: Actor, *, expected_version: int | None
) -> Declaration:
    """One that was handed in to a unit that files below the exam body, or with it, locked and compared; None expects no
    version, where that of the evaluation is compared. Which state the step needs, its own move says. Raises NotFound,
    StaleVersion."""
    if not await evaluations_in_scope.lock_handed_in(tx, declaration_id, actor.scope_id):
        raise NotFound
    declaration = await declarations.lock(tx, declaration_id)
    if expected_version is not None and declaration.version != expected_version:
        raise StaleVersion(current=declaration.version, state=declaration.state.value)
    return declaration
