"""An accepted cancellation takes its people off the filed ones: they are reopened, in one transaction (4.4, 4.7)."""

from datetime import datetime

from services.declaration.domain.filing_errors import ListOutdated
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import cancelling_lines
from services.declaration.storage.cancelling_lines import CancelledFor, Reopened
from services.declaration.use_cases.filing.frozen_content import open_reason
from services.declaration.use_cases.filing.line_event_fields import line_event_fields
from services.declaration.use_cases.reviewing.reasons import seal_reasons
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration import ModificationAllowed
from shared.outbox import add
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def cancel_filed(
    tx: Transaction, keyring: Keyring, entity: QualifiedList, *, actor: Actor, now: datetime
) -> None:
    """Reopen everybody on the list. Raises ListOutdated when somebody is not filed as he was."""
    reasons = {
        one.id: seal_reasons(keyring, one, [_given(keyring, entity, one)])
        for one in await cancelling_lines.select_reasons(tx, entity.id)
    }
    reopened = await cancelling_lines.update_reopened(tx, entity.id, reasons, actor.id, actor.role, now)
    if len(reopened) != entity.lines:
        raise ListOutdated(count=entity.lines - len(reopened), lines="?")
    for one in reopened:
        _tell(tx, entity, one, actor, now)


def _given(keyring: Keyring, entity: QualifiedList, one: CancelledFor) -> GivenReason:
    return GivenReason("", one.reason_code, open_reason(keyring, entity.id, one.line, one.reason_text))


def _tell(tx: Transaction, entity: QualifiedList, one: Reopened, actor: Actor, now: datetime) -> None:
    audit.record(
        tx,
        "declaration.reopen",
        actor=actor,
        subject_kind="declaration",
        subject_id=one.id,
        at=now,
        before="filed",
        after="modification_allowed",
        reason=one.reason_code,
        list=str(entity.id),
    )
    add(tx, ModificationAllowed(**line_event_fields(entity, one, now), reason_code=one.reason_code, was_filed=True))
