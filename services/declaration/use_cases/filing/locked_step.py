"""What every step of a list begins and ends with: lock inside the jurisdiction, check the version, write the trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.declaration.domain.qualified_list import ListState, ListStep, QualifiedList, step_to
from services.declaration.storage import qualified_lists
from services.declaration.storage.qualified_lists import LockedList
from shared import audit
from shared.actor import Actor
from shared.audit import Fact
from shared.contracts.declaration_filing import QualifiedListEvent
from shared.errors import NotFound, StaleVersion
from shared.ids import ExamBodyId, InstitutionId, QualifiedListId
from shared.outbox import add
from shared.postgres.transaction import Transaction


async def lock_own_for(
    tx: Transaction, list_id: UUID, expected_version: int, step: ListStep, actor: Actor
) -> tuple[LockedList, ListState]:
    """The institution's own list and the state after `step`. Raises NotFound, StaleVersion, ListStepNotAllowed."""
    return _checked(await qualified_lists.lock_own(tx, list_id, actor.scope_id), expected_version, step)


async def lock_filing_for(
    tx: Transaction, list_id: UUID, expected_version: int, step: ListStep, actor: Actor
) -> tuple[LockedList, ListState]:
    """A list handed in below the exam body, and the state after `step`. Raises as `lock_own_for`."""
    return _checked(await qualified_lists.lock_in_scope(tx, list_id, actor.scope_id), expected_version, step)


def _checked(locked: LockedList | None, expected_version: int, step: ListStep) -> tuple[LockedList, ListState]:
    if locked is None:
        raise NotFound
    entity = locked.entity
    if entity.version != expected_version:
        raise StaleVersion(current=entity.version, state=entity.state.value)
    return locked, step_to(entity.state, step)


def record_step(
    tx: Transaction,
    entity: QualifiedList,
    step: ListStep,
    after: ListState,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    **facts: Fact,
) -> None:
    """One audit entry for one step of 4.7."""
    audit.record(
        tx,
        f"qualified_list.{step.value}",
        actor=actor,
        subject_kind="qualified_list",
        subject_id=entity.id,
        at=now,
        before=entity.state.value,
        after=after.value,
        reason=reason,
        number=entity.number,
        **facts,
    )


def publish(
    tx: Transaction,
    event: type[QualifiedListEvent],
    entity: QualifiedList,
    version: int,
    now: datetime,
    **more: Any,
) -> None:
    """Tell the others about a list that has a number and an exam body."""
    if entity.number is None or entity.filing_body_id is None:
        raise RuntimeError("a list without number or exam body is not told")
    add(
        tx,
        event(
            occurred_at=now,
            aggregate_version=version,
            list_id=QualifiedListId(entity.id),
            institution_id=InstitutionId(entity.institution_id),
            institution_name=entity.institution_name,
            filing_body_id=ExamBodyId(entity.filing_body_id),
            cycle_year=entity.exam_year,
            number=entity.number,
            kind=entity.kind,
            lines=entity.lines,
            **more,
        ),
    )
