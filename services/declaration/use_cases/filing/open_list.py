"""Open a draft of this year's list, or the next edition of one that came back (4.7)."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.declaration.domain.cycle import FINISHED
from services.declaration.domain.filing_errors import (
    CycleClosed,
    ListAlreadyOpen,
    MainListExists,
    MainListMissing,
)
from services.declaration.domain.qualified_list import OPEN, ListKind, ListState, QualifiedList
from services.declaration.storage import cycles, list_lines, qualified_lists
from services.declaration.storage.qualified_lists import Sibling
from services.declaration.use_cases.filing.issuing_institution import issuing_institution
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def open_list(tx: Transaction, cycle_id: UUID, kind: ListKind, *, actor: Actor, now: datetime) -> QualifiedList:
    """A new draft. After a return it is the next edition, and the people of the returned one are free for it.

    Raises NotFound, CycleClosed, ListAlreadyOpen, MainListExists, MainListMissing and the errors of
    issuing_institution.
    """
    institution_id = actor.scope_id
    if institution_id is None:
        raise NotFound
    cycle = await cycles.select(tx, cycle_id)
    if cycle.state in FINISHED:
        raise CycleClosed
    # Lists before their institution, as a move of it and everybody who files (ADR 0042).
    siblings = await qualified_lists.lock_siblings(tx, institution_id, cycle_id)
    issuer = await issuing_institution(tx, institution_id)
    returned = _predecessor(kind, siblings)
    draft = QualifiedList(
        id=new_id(),
        institution_id=institution_id,
        institution_name=issuer.name,
        cycle_id=cycle_id,
        exam_year=cycle.year,
        kind=kind,
        edition=returned.edition + 1 if returned else 1,
        state=ListState.DRAFT,
        version=1,
        number=None,
        lines=0,
        filing_body_id=None,
        late_permitted=False,
    )
    if returned:
        await list_lines.release_lines(tx, returned.id)
    try:
        await qualified_lists.insert_draft(tx, draft, returned.id if returned else None, actor.id, now)
    except asyncpg.UniqueViolationError:
        raise ListAlreadyOpen from None
    _record(tx, draft, actor, now)
    return draft


def _record(tx: Transaction, draft: QualifiedList, actor: Actor, now: datetime) -> None:
    audit.record(
        tx,
        "qualified_list.open",
        actor=actor,
        subject_kind="qualified_list",
        subject_id=draft.id,
        at=now,
        after=draft.state.value,
        kind=draft.kind,
        edition=draft.edition,
    )


def _predecessor(kind: ListKind, siblings: list[Sibling]) -> Sibling | None:
    """The returned edition that the new draft replaces."""
    same = [one for one in siblings if one.kind == kind]
    if any(one.state in OPEN for one in same):
        raise ListAlreadyOpen
    main_accepted = any(one.kind == "main" and one.state is ListState.ACCEPTED for one in siblings)
    if kind == "main" and main_accepted:
        raise MainListExists
    if kind != "main" and not main_accepted:
        raise MainListMissing
    return same[-1] if same and same[-1].state is ListState.RETURNED else None
