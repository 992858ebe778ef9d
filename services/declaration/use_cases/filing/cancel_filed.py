"""An accepted cancellation takes its people off the filed ones: they are reopened, in one transaction (4.4, 4.7)."""

from datetime import datetime

from services.declaration.domain.filing_errors import ListOutdated
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.storage import cancelling_lines
from services.declaration.storage.cancelling_lines import Reopened
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration import ModificationAllowed
from shared.ids import DeclarationId, InstitutionId, PersonId
from shared.outbox import add
from shared.postgres.transaction import Transaction


async def cancel_filed(tx: Transaction, entity: QualifiedList, *, actor: Actor, now: datetime) -> None:
    """Reopen everybody on the list. Raises ListOutdated when somebody is not filed as he was."""
    reopened = await cancelling_lines.update_reopened(tx, entity.id, actor.id, actor.role, now)
    if len(reopened) != entity.lines:
        raise ListOutdated(count=entity.lines - len(reopened), lines="?")
    for one in reopened:
        _tell(tx, entity, one, actor, now)


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
    add(
        tx,
        ModificationAllowed(
            occurred_at=now,
            aggregate_version=one.version,
            declaration_id=DeclarationId(one.id),
            person_id=PersonId(one.person_id),
            institution_id=InstitutionId(entity.institution_id),
            institution_name=entity.institution_name,
            cycle_year=entity.exam_year,
            number=one.number,
            reason_code=one.reason_code,
        ),
    )
