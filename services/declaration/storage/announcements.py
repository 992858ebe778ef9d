"""Rows of `announcement`: changes of dates on their way to those whom they concern (P16)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.declaration.domain.announcement import Announcement, AnnouncementState, Stage
from services.declaration.domain.cycle import CycleDates, SiteDates
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction

# What the zone's dates hide moved for nobody: it is over at once, with nobody to tell.
_INSERT: Final = """
INSERT INTO announcement (id, cycle_id, exam_body_id, version, dates_before, dates_after, site_before, site_after,
    made_by, made_at, stage, state, total, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7::text::jsonb, $8::text::jsonb, $9, $10::timestamptz,
    CASE WHEN $11::boolean THEN 'finished' ELSE 'candidates' END, CASE WHEN $11 THEN 'finished' ELSE 'announced' END,
    CASE WHEN $11 THEN 0 END, CASE WHEN $11 THEN $10::timestamptz END, CASE WHEN $11 THEN $10::timestamptz END)
"""
# While one is on its way its slices are counted; once it is over, its row says it.
_SELECT: Final = """
SELECT a.id, a.revision, a.cycle_id, c.year AS cycle_year, a.exam_body_id, a.version,
       a.dates_before::text AS before, a.dates_after::text AS after, a.site_before::text AS site_before,
       a.site_after::text AS site_after, a.made_at, a.state, live.stage, a.total,
       a.done + coalesce(live.done, 0) AS done, a.told + coalesce(live.told, 0) AS told, a.started_at, a.finished_at,
       a.superseded_by, a.reason
FROM announcement a JOIN cycle c ON c.id = a.cycle_id
LEFT JOIN LATERAL (
    SELECT sum(s.done)::integer AS done, sum(s.told)::integer AS told,
           (array_agg(s.stage ORDER BY s.place) FILTER (WHERE s.state IN ('open', 'held')))[1] AS stage
    FROM announcement_slice s WHERE s.announcement_id = a.id AND a.state IN ('running', 'paused')
) live ON true
"""
_IN_SCOPE: Final = """
(a.exam_body_id IS NULL OR EXISTS (
    SELECT FROM known_exam_body b WHERE b.exam_body_id = a.exam_body_id AND b.path @> ARRAY[$1::uuid]))
"""
_SELECT_ONE: Final = f"{_SELECT} WHERE a.id = $1"
_SELECT_IN_SCOPE: Final = f"{_SELECT} WHERE {_IN_SCOPE} AND a.id = $2"
_LOCK_IN_SCOPE: Final = f"{_SELECT} WHERE {_IN_SCOPE} AND a.id = $2 FOR UPDATE OF a"
_SELECT_PAGE: Final = f"""
{_SELECT} WHERE {_IN_SCOPE} AND ($2::integer IS NULL OR c.year = $2) AND ($3::text IS NULL OR a.state = $3)
  AND ($4::uuid IS NULL OR a.id < $4)
ORDER BY a.id DESC LIMIT $5
"""
_SELECT_OF_CYCLE: Final = f"{_SELECT} WHERE a.cycle_id = $1 ORDER BY a.id"
_SELECT_NEWEST_ID: Final = "SELECT id FROM announcement WHERE cycle_id = $1 ORDER BY id DESC LIMIT 1"
_LOCK_OPEN: Final = f"""
{_SELECT} WHERE a.cycle_id = $1 AND a.state IN ('announced', 'running', 'paused') ORDER BY a.id FOR UPDATE OF a
"""
_LOCK_UNPLANNED: Final = """
SELECT a.id, a.cycle_id, a.exam_body_id, a.made_at, nullif(a.stage, 'finished') AS stage, a.told_up_to, a.done
FROM announcement a WHERE a.state = 'announced' ORDER BY a.id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# The revision is of what people decided: that the telling began takes no button from anybody. A process of the last
# release leaves alone what has the stage 'finished'.
_UPDATE_PLANNED: Final = """
UPDATE announcement SET state = 'running', stage = 'finished', told_up_to = NULL, total = $2, started_at = $3
WHERE id = $1
"""
_SUMS: Final = """
done = a.done + (SELECT coalesce(sum(s.done), 0) FROM announcement_slice s WHERE s.announcement_id = a.id),
told = a.told + (SELECT coalesce(sum(s.told), 0) FROM announcement_slice s WHERE s.announcement_id = a.id)
"""
_UPDATE_STATE: Final = """
UPDATE announcement SET state = $2, revision = revision + 1 WHERE id = $1
"""
_UPDATE_CANCELLED: Final = f"""
UPDATE announcement a SET state = 'cancelled', stage = 'finished', revision = a.revision + 1, reason = $2,
    finished_at = $3, {_SUMS}
WHERE a.id = $1
"""
_UPDATE_SUPERSEDED: Final = f"""
UPDATE announcement a SET state = 'superseded', stage = 'finished', revision = a.revision + 1, superseded_by = $2,
    finished_at = $3, {_SUMS}
WHERE a.id = $1
"""
_UPDATE_FINISHED: Final = f"""
UPDATE announcement a SET state = 'finished', revision = a.revision + 1, finished_at = $1, {_SUMS}
WHERE a.state = 'running' AND NOT EXISTS (
    SELECT FROM announcement_slice o WHERE o.announcement_id = a.id AND o.state IN ('open', 'held'))
"""


@dataclass(frozen=True, slots=True)
class Order:
    """A change of dates to be told: what held before and holds after, and for a site what itself had set and has."""

    cycle_id: UUID
    exam_body_id: UUID | None
    dates_version: int
    before: CycleDates
    after: CycleDates
    site_before: SiteDates | None = None
    site_after: SiteDates | None = None


@dataclass(frozen=True, slots=True)
class Unplanned:
    """An announcement whose recipients were not counted; `stage` and `told_up_to` are where a process of the last
    release stopped, the stage None where it told everybody, `done` how many it looked at."""

    id: UUID
    cycle_id: UUID
    exam_body_id: UUID | None
    made_at: datetime
    stage: Stage | None
    told_up_to: UUID | None
    done: int


async def insert(tx: Transaction, announcement_id: UUID, order: Order, by: UUID, at: datetime, *, hidden: bool) -> None:
    """Order the telling of a change; `hidden` ones have nobody to tell."""
    dates = [_json(one) for one in (order.before, order.after, order.site_before, order.site_after)]
    keys = (announcement_id, order.cycle_id, order.exam_body_id, order.dates_version)
    await tx.execute(_INSERT, *keys, *dates, by, at, hidden)


async def select_newest_id(reader: Reader, cycle_id: UUID) -> UUID | None:
    """The id of the last change of a year's dates; None where there was none."""
    newest: UUID | None = await reader.fetchval(_SELECT_NEWEST_ID, cycle_id)
    return newest


async def select(reader: Reader, announcement_id: UUID) -> Announcement:
    """Whosever it is. Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT_ONE, announcement_id))


async def select_in_scope(reader: Reader, announcement_id: UUID, scope_id: UUID) -> Announcement:
    """The zone's, or that of a site below an exam body. Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT_IN_SCOPE, scope_id, announcement_id))


async def lock_in_scope(tx: Transaction, announcement_id: UUID, scope_id: UUID) -> Announcement:
    """The same, locked until commit. Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK_IN_SCOPE, scope_id, announcement_id))


async def select_page(
    reader: Reader, scope_id: UUID, year: int | None, state: str | None, before: UUID | None, limit: int
) -> list[Announcement]:
    """The zone's, and those of sites below an exam body, newest first."""
    return [_found(row) for row in await reader.fetch(_SELECT_PAGE, scope_id, year, state, before, limit)]


async def select_of_cycle(reader: Reader, cycle_id: UUID) -> list[Announcement]:
    """Every change of an exam year, in its order."""
    return [_found(row) for row in await reader.fetch(_SELECT_OF_CYCLE, cycle_id)]


async def lock_open(tx: Transaction, cycle_id: UUID) -> list[Announcement]:
    """Those of an exam year that are not over, locked until commit."""
    return [_found(row) for row in await tx.fetch(_LOCK_OPEN, cycle_id)]


async def lock_unplanned(tx: Transaction) -> Unplanned | None:
    """The oldest whose recipients nobody counts yet, locked until commit."""
    if (row := await tx.fetchrow(_LOCK_UNPLANNED)) is None:
        return None
    stage = None if row["stage"] is None else Stage(row["stage"])
    names = ("id", "cycle_id", "exam_body_id", "made_at", "told_up_to", "done")
    return Unplanned(stage=stage, **{name: row[name] for name in names})


async def update_planned(tx: Transaction, announcement_id: UUID, total: int, at: datetime) -> None:
    """The recipients of a locked one are counted: it runs."""
    await tx.execute(_UPDATE_PLANNED, announcement_id, total, at)


async def update_moved(
    tx: Transaction, announcement_id: UUID, state: AnnouncementState, reason: str | None, at: datetime
) -> None:
    """What somebody decided about a locked one."""
    if state is AnnouncementState.CANCELLED:
        await tx.execute(_UPDATE_CANCELLED, announcement_id, reason, at)
    else:
        await tx.execute(_UPDATE_STATE, announcement_id, state.value)


async def update_superseded(tx: Transaction, announcement_id: UUID, by: UUID, at: datetime) -> None:
    """A newer change of the same dates takes the place of a locked one."""
    await tx.execute(_UPDATE_SUPERSEDED, announcement_id, by, at)


async def update_finished(tx: Transaction, at: datetime) -> int:
    """How many have nobody left to tell, and are over."""
    return await tx.execute(_UPDATE_FINISHED, at)


def _found(row: Row | None) -> Announcement:
    if row is None:
        raise NotFound
    before, after = (CycleDates(**_moments(row[name])) for name in ("before", "after"))
    sites = [None if row[name] is None else SiteDates(**_moments(row[name])) for name in ("site_before", "site_after")]
    return Announcement(
        id=row["id"],
        version=row["revision"],
        cycle_id=row["cycle_id"],
        cycle_year=row["cycle_year"],
        exam_body_id=row["exam_body_id"],
        dates_version=row["version"],
        before=before,
        after=after,
        site_before=sites[0],
        site_after=sites[1],
        made_at=row["made_at"],
        state=AnnouncementState(row["state"]),
        stage=None if row["stage"] is None else Stage(row["stage"]),
        total=row["total"],
        done=row["done"],
        told=row["told"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        superseded_by=row["superseded_by"],
        reason=row["reason"],
    )


def _json(dates: CycleDates | SiteDates | None) -> str | None:
    return None if dates is None else orjson.dumps(asdict(dates)).decode()


def _moments(text: str) -> Mapping[str, Any]:
    return {name: datetime.fromisoformat(value) if value else None for name, value in orjson.loads(text).items()}
