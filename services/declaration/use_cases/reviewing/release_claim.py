"""A reviewer puts a claimed submission back into the queue by hand (4.4, P6)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable, require_claim_held
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def release_claim(
    tx: Transaction, declaration_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> Declaration:
    """The submission, free again. Raises what lock_reviewable raises but for the deadline, and ClaimNotHeld."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, in_window=False
    )
    require_claim_held(declaration, actor)
    return await move_declaration(tx, declaration, Action.RELEASE, actor=actor, now=now)
