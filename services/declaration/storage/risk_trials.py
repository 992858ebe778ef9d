"""Rows of `risk_trial`: what other thresholds would find, counted batch by batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

import orjson

from services.declaration.domain.risk.finding import Limits
from services.declaration.domain.risk.rules import Subject
from shared.postgres.transaction import Reader, Row, Transaction

_SELECT: Final = """
SELECT id, cycle_id, rule, enabled, limits::text AS limits, thresholds_version, state, after_subject, subjects,
       found_now, found_then, would_appear, would_vanish, asked_by, asked_at, done_at
FROM risk_trial WHERE id = $1
"""
_LOCK_NEXT: Final = """
SELECT id, cycle_id, rule, enabled, limits::text AS limits, thresholds_version, state, after_subject, subjects,
       found_now, found_then, would_appear, would_vanish, asked_by, asked_at, done_at
FROM risk_trial WHERE state = 'running' ORDER BY asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_INSERT: Final = """
INSERT INTO risk_trial (id, cycle_id, rule, enabled, limits, thresholds_version, state, asked_by, asked_at)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, 'running', $7, $8)
"""
_UPDATE: Final = """
UPDATE risk_trial SET after_subject = $2, subjects = $3, found_now = $4, found_then = $5, would_appear = $6,
       would_vanish = $7, state = $8, done_at = $9
WHERE id = $1
"""
_SELECT_SUBJECTS: Final[Mapping[Subject, str]] = MappingProxyType(
    {
        "declaration": """
SELECT id FROM declaration
WHERE cycle_id = $1 AND submission > 0 AND state <> 'withdrawn' AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
""",
        "institution": """
SELECT DISTINCT institution_id AS id FROM declaration
WHERE cycle_id = $1 AND submission > 0 AND ($2::uuid IS NULL OR institution_id > $2) ORDER BY id LIMIT $3
""",
        "supervisor": """
SELECT s.supervisor_id AS id FROM known_supervisor s
WHERE ($2::uuid IS NULL OR s.supervisor_id > $2) AND EXISTS (
    SELECT FROM risk_guidance g WHERE g.certificate_index = s.certificate_index AND g.cycle_id = $1)
ORDER BY id LIMIT $3
""",
        "reviewer": """
SELECT DISTINCT decided_by AS id FROM declaration
WHERE cycle_id = $1 AND decided_by IS NOT NULL AND ($2::uuid IS NULL OR decided_by > $2) ORDER BY id LIMIT $3
""",
    }
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Thresholds of a rule on trial in a cycle, against those of a version; how far it came and what it counted."""

    id: UUID
    cycle_id: UUID
    rule: str
    enabled: bool
    limits: Limits
    thresholds_version: int
    state: Literal["running", "done"]
    after_subject: UUID | None
    subjects: int
    found_now: int
    found_then: int
    would_appear: int
    would_vanish: int
    asked_by: UUID
    asked_at: datetime
    done_at: datetime | None


async def select(reader: Reader, trial_id: UUID) -> Trial | None:
    """One trial, or None."""
    return _trial(await reader.fetchrow(_SELECT, trial_id))


async def lock_next(tx: Transaction) -> Trial | None:
    """The oldest that runs and that nobody else counts for, or None."""
    return _trial(await tx.fetchrow(_LOCK_NEXT))


async def insert(tx: Transaction, new: Trial) -> None:
    """Begin one."""
    limits = orjson.dumps(dict(new.limits)).decode()
    fields = (new.id, new.cycle_id, new.rule, new.enabled, limits, new.thresholds_version, new.asked_by, new.asked_at)
    await tx.execute(_INSERT, *fields)


async def update(tx: Transaction, trial: Trial) -> None:
    """How far it came."""
    counted = (trial.subjects, trial.found_now, trial.found_then, trial.would_appear, trial.would_vanish)
    await tx.execute(_UPDATE, trial.id, trial.after_subject, *counted, trial.state, trial.done_at)


async def select_subjects(reader: Reader, kind: Subject, cycle_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """The next subjects of a kind in a cycle, by id."""
    return [row["id"] for row in await reader.fetch(_SELECT_SUBJECTS[kind], cycle_id, after, limit)]


def _trial(row: Row | None) -> Trial | None:
    if row is None:
        return None
    return Trial(**{**dict(row), "limits": orjson.loads(row["limits"])})
