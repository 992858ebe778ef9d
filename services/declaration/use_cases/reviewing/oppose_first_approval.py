"""The second reviewer disagrees: the first approval is void, the declaration is back in the queue, and who approved
hears of it. The reason is a note among the reviewers."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import State
from services.declaration.domain.second_look import Opinion
from services.declaration.domain.second_look_errors import FirstApprovalIsYours
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.reviewing.record_opinion import record_opinion, require_first_approval
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from services.declaration.use_cases.reviewing.write_note import write_note
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import FirstApprovalOpposed
from shared.ids import StaffId
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def oppose_first_approval(
    tx: Transaction,
    declaration_id: UUID,
    reason: str,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The declaration, free for anybody. Raises what lock_reviewable raises, NoFirstApproval, FirstApprovalIsYours."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, keyring=keyring
    )
    first = require_first_approval(declaration)
    if first.is_of(actor):
        raise FirstApprovalIsYours
    free = replace(declaration, state=State.SUBMITTED, claimed_by=None, claimed_until=None).without_first_approval()
    opposed = await record_opinion(tx, declaration, free, Opinion.OPPOSE, actor=actor, now=now)
    await write_note(tx, declaration_id, reason, keyring=keyring, actor=actor, now=now)
    outbox.add(tx, FirstApprovalOpposed(**event_fields(opposed, now), staff_id=StaffId(first.by)))
    return opposed
