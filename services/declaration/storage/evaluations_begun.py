"""Evaluations under way: registered when the probation began, or derived from what was approved (4.6, B17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationState
from services.declaration.storage.evaluations import Begun, EvaluatedDeclaration, Evaluation, evaluation_of
from shared.postgres.transaction import Reader, Transaction

# Registering again corrects. Since when it is registered, and whether it is due, is kept unless the start itself is
# another one (F8, 4.6).
_UPSERT_REGISTERED: Final = """
INSERT INTO evaluation AS e (id, submission, person_id, institution_id, state, version, months_counted, started_on,
    full_on, supervisor_ids, registered_by, registered_at, updated_at)
VALUES ($1, 0, $2, $3, $4, 1, 0, $5, $6, $7, $8, $9, $9)
ON CONFLICT (person_id, institution_id) WHERE declaration_id IS NULL DO UPDATE
SET version = e.version + 1, started_on = excluded.started_on, full_on = excluded.full_on,
    supervisor_ids = excluded.supervisor_ids, registered_by = excluded.registered_by, updated_at = excluded.updated_at,
    registered_at = CASE WHEN e.started_on = excluded.started_on THEN e.registered_at ELSE excluded.registered_at END,
    state = CASE WHEN e.started_on = excluded.started_on THEN e.state ELSE excluded.state END
RETURNING id, version, state, registered_at
"""
_SELECT_IS_UNDER_WAY: Final = """
SELECT EXISTS (
    SELECT FROM evaluation e JOIN cycle c ON c.id = e.cycle_id AND c.state NOT IN ('closed', 'archived')
    WHERE e.person_id = $1 AND e.institution_id = $2 AND e.state IN ('in_progress', 'due'))
"""
_ADOPT: Final = """
UPDATE evaluation SET declaration_id = $3, cycle_id = $4, submission = $5, version = version + 1, updated_at = $6
WHERE person_id = $1 AND institution_id = $2 AND declaration_id IS NULL RETURNING *
"""
_INSERT_DERIVED: Final = """
INSERT INTO evaluation (id, declaration_id, submission, person_id, institution_id, cycle_id, state, version,
    months_counted, started_on, full_on, supervisor_ids, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12)
"""
# What was due by the former facts is under way again by the new ones. A start that was registered is not replaced by
# what somebody declares later (F8).
_UPDATE_BEGUN: Final = """
UPDATE evaluation SET state = $8, submission = $2, version = version + 1, months_counted = $3,
    started_on = CASE WHEN registered_at IS NULL THEN $4::date ELSE started_on END, full_on = $5, supervisor_ids = $6,
    updated_at = $7
WHERE id = $1 RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a unit says when a probation begins; the year is full on `full_on`."""

    person_id: UUID
    institution_id: UUID
    started_on: date
    full_on: date
    supervisor_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Registered:
    """A probation under way; `registered_at` is when its start was first said."""

    id: UUID
    version: int
    state: EvaluationState
    registered_at: datetime


async def upsert_registered(
    tx: Transaction, evaluation_id: UUID, registration: Registration, by: UUID, at: datetime
) -> Registered:
    """Register, or correct what is registered and not declared yet."""
    rows = await tx.fetch(
        _UPSERT_REGISTERED,
        evaluation_id,
        registration.person_id,
        registration.institution_id,
        EvaluationState.IN_PROGRESS.value,
        registration.started_on,
        registration.full_on,
        list(registration.supervisor_ids),
        by,
        at,
    )
    (row,) = rows
    return Registered(row["id"], row["version"], EvaluationState(row["state"]), row["registered_at"])


async def select_is_under_way(reader: Reader, person_id: UUID, institution_id: UUID) -> bool:
    """Whether a declaration of an exam year that is not over waits for its evaluation at this unit."""
    found: bool = await reader.fetchval(_SELECT_IS_UNDER_WAY, person_id, institution_id)
    return found


async def update_adopted(tx: Transaction, declaration: EvaluatedDeclaration, at: datetime) -> Evaluation | None:
    """Let the registration of this person and unit be the evaluation of a locked declaration; None without one."""
    row = await tx.fetchrow(
        _ADOPT,
        declaration.person_id,
        declaration.institution_id,
        declaration.id,
        declaration.cycle_id,
        declaration.submission,
        at,
    )
    return None if row is None else evaluation_of(row)


async def insert_derived(
    tx: Transaction, evaluation_id: UUID, declaration: EvaluatedDeclaration, begun: Begun, at: datetime
) -> None:
    """The evaluation of a locked declaration begins."""
    await tx.execute(
        _INSERT_DERIVED,
        evaluation_id,
        declaration.id,
        declaration.submission,
        declaration.person_id,
        declaration.institution_id,
        declaration.cycle_id,
        EvaluationState.IN_PROGRESS.value,
        begun.months_counted,
        begun.started_on,
        begun.full_on,
        list(begun.supervisor_ids),
        at,
    )


async def update_begun(tx: Transaction, evaluation_id: UUID, submission: int, begun: Begun, at: datetime) -> Evaluation:
    """What is under way follows the newest submission."""
    values = (begun.months_counted, begun.started_on, begun.full_on, list(begun.supervisor_ids), at)
    rows = await tx.fetch(_UPDATE_BEGUN, evaluation_id, submission, *values, EvaluationState.IN_PROGRESS.value)
    (row,) = rows
    return evaluation_of(row)
