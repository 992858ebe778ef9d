"""Rows of `rule_trial`: dry runs of draft rules over what was declared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import orjson

from services.declaration.domain.rule_differences import TrialCounts
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction

State = Literal["running", "done", "outdated"]

_INSERT: Final = """
INSERT INTO rule_trial (id, draft_id, draft_version, cycle_id, state, total, most, counts, requested_by, requested_at)
SELECT $1, $2, $3, $4, 'running', least(count(*), $5::integer), $5::integer, $6::text::jsonb, $7, $8
FROM declaration WHERE cycle_id = $4
ON CONFLICT (draft_id) WHERE state = 'running' DO NOTHING
"""
_SELECT: Final = """
SELECT id, draft_id, draft_version, cycle_id, state, total, most, after_id, counts::text AS counts, requested_at,
       finished_at
FROM rule_trial WHERE draft_id = $1 AND id = $2
"""
_LOCK_NEXT: Final = """
SELECT id, draft_id, draft_version, cycle_id, state, total, most, after_id, counts::text AS counts, requested_at,
       finished_at
FROM rule_trial WHERE state = 'running' ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_SELECT_DECLARED: Final = """
SELECT id, person_id FROM declaration
WHERE cycle_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""
_UPDATE: Final = """
UPDATE rule_trial SET state = $2, after_id = $3, counts = $4::text::jsonb, finished_at = $5 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """A dry run; `counts` belong to the declarations up to `after_id`."""

    id: UUID
    draft_id: UUID
    draft_version: int
    cycle_id: UUID
    state: State
    total: int
    most: int
    after_id: UUID | None
    counts: TrialCounts
    requested_at: datetime
    finished_at: datetime | None


async def insert(tx: Transaction, trial: RuleTrial, requested_by: UUID) -> bool:
    """A dry run that waits for a worker; False when the draft has one already."""
    counts = orjson.dumps(trial.counts.as_data()).decode()
    values = (trial.id, trial.draft_id, trial.draft_version, trial.cycle_id, trial.most, counts)
    return bool(await tx.execute(_INSERT, *values, requested_by, trial.requested_at))


async def select(reader: Reader, draft_id: UUID, trial_id: UUID) -> RuleTrial:
    """Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, draft_id, trial_id)) is None:
        raise NotFound
    return _trial(row)


async def lock_next(tx: Transaction) -> RuleTrial | None:
    """The oldest one that nobody works on right now, or None."""
    row: Row | None = await tx.fetchrow(_LOCK_NEXT)
    return _trial(row) if row is not None else None


async def select_declared(reader: Reader, cycle_id: UUID, after_id: UUID | None, limit: int) -> list[tuple[UUID, UUID]]:
    """The next declarations of a cycle as (declaration, person)."""
    return [(row["id"], row["person_id"]) for row in await reader.fetch(_SELECT_DECLARED, cycle_id, after_id, limit)]


async def update(
    tx: Transaction, trial: RuleTrial, state: State, after_id: UUID | None, finished_at: datetime | None
) -> None:
    """Write counts and position of a locked dry run together."""
    counts = orjson.dumps(trial.counts.as_data()).decode()
    await tx.execute(_UPDATE, trial.id, state, after_id, counts, finished_at)


def _trial(row: Row) -> RuleTrial:
    return RuleTrial(**{**row, "counts": TrialCounts.of(orjson.loads(row["counts"]))})
