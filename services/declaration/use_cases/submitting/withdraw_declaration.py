"""Withdraw a submission on which no decision exists yet; a claim is released (A41, 4.4)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action, State
from services.declaration.storage import declarations, known_holds
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import DeclarationWithdrawn
from shared.phone_hold import require_no_hold
from shared.postgres.transaction import Transaction


async def withdraw_declaration(
    tx: Transaction, declaration_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> Declaration:
    """The withdrawn declaration. Raises NotFound, StaleVersion, HeldAfterPhoneChange, DeclarationAlreadyDecided."""
    declaration = await declarations.lock_own(tx, declaration_id, actor.id, expected_version)
    require_no_hold(await known_holds.select(tx, actor.id), now)
    moved = await move_declaration(tx, declaration, Action.WITHDRAW, actor=actor, now=now)
    claimer = declaration.claimed_by if declaration.state is State.UNDER_REVIEW else None
    outbox.add(tx, DeclarationWithdrawn(**event_fields(moved, now), released_claimer_id=claimer))
    return moved
