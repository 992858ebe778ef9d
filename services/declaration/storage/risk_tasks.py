"""Rows of `risk_task`: subjects that wait to be looked at. Asking never waits for working, and any number of workers
take different ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.risk.rules import Subject
from shared.postgres.transaction import Transaction

# A transaction that began before the last reading may commit after it: a while is read again, what is known left out.
_OVERLAP: Final = timedelta(minutes=10)
_LOCK_FEED: Final = """
SELECT coalesce(read_until, $1) FROM risk_feed WHERE name = 'declaration_event' FOR UPDATE SKIP LOCKED
"""
_UPDATE_FEED: Final = """
UPDATE risk_feed SET read_until = greatest(read_until, $1) WHERE name = 'declaration_event'
"""
_INSERT_MOVED: Final = """
WITH moved AS (
    SELECT declaration_id, max(version) AS version FROM declaration_event WHERE at > $1 AND at <= $2
    GROUP BY declaration_id
), seen AS (
    INSERT INTO risk_seen AS known (declaration_id, version) SELECT declaration_id, version FROM moved
    ON CONFLICT (declaration_id) DO UPDATE SET version = excluded.version WHERE known.version < excluded.version
    RETURNING declaration_id
), told AS (
    SELECT d.id, d.cycle_id, d.institution_id FROM seen JOIN declaration d ON d.id = seen.declaration_id
    WHERE d.submission > 0
)
INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)
SELECT 'declaration', id, cycle_id, $2::timestamptz FROM told
UNION SELECT 'institution', institution_id, cycle_id, $2::timestamptz FROM told
UNION SELECT 'reviewer', e.actor_id, t.cycle_id, $2 FROM told t JOIN declaration_event e ON e.declaration_id = t.id
      WHERE e.action IN ('approve', 'return_for_modification', 'reject')
"""
_INSERT: Final = """
INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)
SELECT DISTINCT $1, one, $3::uuid, $4::timestamptz FROM unnest($2::uuid[]) AS one
"""
_INSERT_OF_PERSON: Final = """
INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)
SELECT 'declaration', id, cycle_id, $2::timestamptz FROM declaration WHERE person_id = $1 AND submission > 0
"""
_INSERT_OF_INSTITUTION: Final = """
INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)
SELECT 'declaration', d.id, d.cycle_id, $2::timestamptz FROM declaration d JOIN cycle c ON c.id = d.cycle_id
WHERE d.institution_id = $1 AND d.submission > 0 AND c.state NOT IN ('closed', 'archived')
UNION SELECT 'institution', $1, d.cycle_id, $2 FROM declaration d JOIN cycle c ON c.id = d.cycle_id
      WHERE d.institution_id = $1 AND d.submission > 0 AND c.state NOT IN ('closed', 'archived')
"""
_INSERT_OF_ALARM: Final = """
INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)
SELECT 'institution', $1, id, $2 FROM cycle WHERE state NOT IN ('closed', 'archived')
"""
_INSERT_OF_SUPERVISOR: Final = """
INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)
SELECT 'supervisor', alike.supervisor_id, c.id, $2::timestamptz
FROM known_supervisor one JOIN known_supervisor alike ON alike.certificate_index = one.certificate_index
JOIN cycle c ON c.state NOT IN ('closed', 'archived') AND EXISTS (
    SELECT FROM risk_guidance g WHERE g.certificate_index = one.certificate_index AND g.cycle_id = c.id)
WHERE one.supervisor_id = $1
"""
# What an earlier sweep asked for and nobody took yet is asked for anew, not twice; what is taken at this moment may
# have been judged by what counted before, and stays asked for.
_INSERT_OF_CYCLE: Final = """
WITH before AS (
    DELETE FROM risk_task WHERE id IN (
        SELECT id FROM risk_task WHERE sweep AND cycle_id = $1 FOR UPDATE SKIP LOCKED)
)
INSERT INTO risk_task (sweep, kind, subject_id, cycle_id, asked_at)
SELECT true, kind, subject_id, cycle_id, asked_at FROM (
SELECT 'declaration' AS kind, id AS subject_id, cycle_id, $2::timestamptz AS asked_at
      FROM declaration WHERE cycle_id = $1 AND submission > 0
UNION SELECT 'institution', institution_id, cycle_id, $2 FROM declaration WHERE cycle_id = $1 AND submission > 0
UNION SELECT 'reviewer', decided_by, cycle_id, $2 FROM declaration WHERE cycle_id = $1 AND decided_by IS NOT NULL
UNION SELECT subject_kind, subject_id, cycle_id, $2 FROM risk_hit WHERE cycle_id = $1 AND state IN ('open', 'cleared')
UNION SELECT 'supervisor', s.supervisor_id, g.cycle_id, $2::timestamptz FROM risk_guidance g
      JOIN known_supervisor s ON s.certificate_index = g.certificate_index WHERE g.cycle_id = $1
) every
"""
# News first, then what is looked at wholesale.
# Who looks at the same subject at this moment keeps it; a task that was asked for meanwhile waits for the next round.
_TAKE: Final = """
WITH next AS MATERIALIZED (
    SELECT id, kind, subject_id, cycle_id FROM risk_task WHERE asked_at <= $2 ORDER BY sweep, asked_at, id LIMIT $1
    FOR UPDATE SKIP LOCKED
), held AS MATERIALIZED (
    SELECT subject_id, pg_try_advisory_xact_lock(hashtextextended(subject_id::text, 39)) AS mine
    FROM (SELECT DISTINCT subject_id FROM next) AS every
)
DELETE FROM risk_task t USING next, held
WHERE t.id = next.id AND held.subject_id = next.subject_id AND held.mine
RETURNING t.kind, t.subject_id, t.cycle_id
"""
_UPDATE_POSTPONED: Final = """
UPDATE risk_task SET asked_at = $1::timestamptz + $2::interval
WHERE id = (SELECT id FROM risk_task WHERE asked_at <= $1 ORDER BY sweep, asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING kind, subject_id, cycle_id
"""
# Thresholds make it due by their version: who sets them writes nothing here, and waits for nobody who asks.
_UPDATE_SWEEP: Final = """
UPDATE risk_feed f SET read_until = $1, thresholds_version = greatest(f.thresholds_version, newest.version)
FROM (SELECT max(version) AS version FROM risk_thresholds) newest
WHERE f.name = 'everything' AND (f.read_until IS NULL OR f.read_until <= $1::timestamptz - $2::interval
                                 OR coalesce(f.thresholds_version, 0) < newest.version)
"""


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """A subject in a cycle."""

    kind: Subject
    cycle_id: UUID
    subject_id: UUID


async def insert_moved(tx: Transaction, now: datetime) -> int:
    """Ask for what moved since the last reading: declarations, their units, their deciders. 0 while another reads.
    What moved before the first reading is asked for with everything else, once a day."""
    since: datetime | None = await tx.fetchval(_LOCK_FEED, now)
    if since is None:
        return 0
    asked = await tx.execute(_INSERT_MOVED, since - _OVERLAP, now)
    await tx.execute(_UPDATE_FEED, now)
    return asked


async def insert(tx: Transaction, kind: Subject, subjects: Sequence[UUID], cycle_id: UUID, now: datetime) -> None:
    """Ask for these."""
    if subjects:
        await tx.execute(_INSERT, kind, list(subjects), cycle_id, now)


async def insert_of_person(tx: Transaction, person_id: UUID, now: datetime) -> None:
    """Ask for what a person handed in."""
    await tx.execute(_INSERT_OF_PERSON, person_id, now)


async def insert_of_institution(tx: Transaction, institution_id: UUID, now: datetime) -> None:
    """Ask for an institution and all that was handed in to it in years that are not over."""
    await tx.execute(_INSERT_OF_INSTITUTION, institution_id, now)


async def insert_of_alarm(tx: Transaction, institution_id: UUID, now: datetime) -> None:
    """Ask for an institution, whether anybody declared there or not."""
    await tx.execute(_INSERT_OF_ALARM, institution_id, now)


async def insert_of_supervisor(tx: Transaction, supervisor_id: UUID, now: datetime) -> None:
    """Ask for a supervisor who guides somebody, and all who stand with the same number."""
    await tx.execute(_INSERT_OF_SUPERVISOR, supervisor_id, now)


async def insert_of_cycle(tx: Transaction, cycle_id: UUID, now: datetime) -> int:
    """Ask for everything of a cycle, behind the news; how much that is."""
    return await tx.execute(_INSERT_OF_CYCLE, cycle_id, now)


async def delete_next(tx: Transaction, now: datetime, limit: int) -> list[Task]:
    """Take the oldest tasks that nobody else works on, news first; each subject once. They come back if the
    transaction fails."""
    rows = await tx.fetch(_TAKE, limit, now)
    return sorted({Task(row["kind"], row["cycle_id"], row["subject_id"]) for row in rows})


async def update_postponed(tx: Transaction, now: datetime, by: timedelta) -> Task | None:
    """Put the task off that is next, so that it does not hold up the others; None while nothing waits."""
    row = await tx.fetchrow(_UPDATE_POSTPONED, now, by)
    return None if row is None else Task(row["kind"], row["cycle_id"], row["subject_id"])


async def update_sweep(tx: Transaction, now: datetime, every: timedelta) -> bool:
    """Whether it is time to ask for everything, because so long passed or thresholds were set; True for one worker
    only."""
    return bool(await tx.execute(_UPDATE_SWEEP, now, every))
