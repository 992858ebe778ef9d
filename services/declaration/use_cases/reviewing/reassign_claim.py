"""The owner hands a review to one of the unit's business administrators, whoever held it (P6)."""

from datetime import datetime, timedelta
from uuid import UUID

from services.declaration.domain.claim_errors import ReviewerUnknown
from services.declaration.domain.declaration import Action
from services.declaration.storage import known_staff
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import ReviewAssigned
from shared.ids import StaffId
from shared.postgres.transaction import Transaction


async def reassign_claim(
    tx: Transaction,
    declaration_id: UUID,
    staff_id: UUID,
    *,
    expected_version: int,
    hold: timedelta,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The declaration, claimed by the other one, who is told. Raises what lock_reviewable raises but for the claim,
    ReviewerUnknown, DeclarationNotUnderReview."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, whoever_claimed=True
    )
    if not await known_staff.select_reviews_in(tx, staff_id, declaration.institution_id):
        raise ReviewerUnknown
    until = now + hold
    moved = await move_declaration(
        tx, declaration, Action.CLAIM, actor=actor, now=now, claimed_by=staff_id, claimed_until=until
    )
    outbox.add(tx, ReviewAssigned(**event_fields(moved, now), staff_id=StaffId(staff_id)))
    return moved
