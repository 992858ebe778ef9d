"""Rows of `cycle` and `declaration_notice`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.cycle import Cycle, CycleDates, CycleState
from services.declaration.domain.cycle_errors import CycleExists, NoOpenCycle
from services.declaration.storage.site_cycles import SITE_COLUMNS, SITE_OF_UNIT, site_dates_of
from shared.errors import NotFound, StaleVersion
from shared.ids import CycleId
from shared.postgres.transaction import Reader, Row, Transaction

_COLUMNS: Final = """
c.id, c.year, c.state, c.version, c.catalogue_version, c.declaration_opens_at, c.declaration_closes_at,
c.review_deadline, c.filing_deadline, c.completion_deadline, c.registration_opens_at, c.registration_closes_at,
c.leave_days
"""
_SELECT_ALL: Final = f"SELECT {_COLUMNS} FROM cycle c ORDER BY c.year DESC"
_SELECT_CURRENT: Final = f"""
SELECT {_COLUMNS} FROM cycle c
WHERE c.state NOT IN ('closed', 'archived') ORDER BY (c.state = 'planned'), c.year DESC LIMIT 1
"""
_SELECT: Final = f"SELECT {_COLUMNS} FROM cycle c WHERE c.id = $1"
_LOCK: Final = f"SELECT {_COLUMNS} FROM cycle c WHERE c.id = $1 FOR UPDATE"
# What an insert's foreign key takes too: shared with others who begin, and no date of the year moves meanwhile.
_LOCK_SHARED: Final = "SELECT FROM cycle WHERE id = $1 FOR KEY SHARE"
_SELECT_FOR_UNIT: Final = f"""
SELECT {_COLUMNS}, {SITE_COLUMNS}
FROM cycle c LEFT JOIN known_institution i ON i.institution_id = $2 {SITE_OF_UNIT}
WHERE c.id = $1
"""
_SELECT_FOR_CANDIDATE: Final = f"""
SELECT {_COLUMNS}, {SITE_COLUMNS}
FROM cycle c
LEFT JOIN LATERAL (
    SELECT k.institution_id FROM known_binding k
    WHERE k.person_id = $2 AND k.state IN ('active', 'frozen') ORDER BY k.bound_at DESC LIMIT 1
) b ON true
LEFT JOIN known_institution i ON i.institution_id = b.institution_id {SITE_OF_UNIT}
WHERE c.id = $1
"""
_SELECT_FOR_BODY: Final = f"""
SELECT {_COLUMNS}, {SITE_COLUMNS}
FROM cycle c
LEFT JOIN (SELECT k.exam_body_id, k.path AS filing_body_path FROM known_exam_body k) i ON i.exam_body_id = $2
{SITE_OF_UNIT}
WHERE c.id = $1
"""
_INSERT: Final = """
INSERT INTO cycle (id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at,
                   review_deadline, filing_deadline, completion_deadline, registration_opens_at,
                   registration_closes_at, created_at)
VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT ON CONSTRAINT uq__cycle__year DO NOTHING
"""
_UPDATE: Final = f"""
UPDATE cycle c SET state = $2, version = c.version + 1, declaration_opens_at = $3, declaration_closes_at = $4,
       review_deadline = $5, filing_deadline = $6, completion_deadline = $7, registration_opens_at = $8,
       registration_closes_at = $9, leave_days = coalesce($10, c.leave_days)
WHERE c.id = $1
RETURNING {_COLUMNS}
"""
_UPDATE_CATALOGUE: Final = f"""
UPDATE cycle c SET catalogue_version = $2, version = c.version + 1 WHERE c.id = $1 RETURNING {_COLUMNS}
"""
_INSERT_NOTICE: Final = """
INSERT INTO declaration_notice (cycle_id, version, text_zh, text_en, published_at)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4 FROM declaration_notice WHERE cycle_id = $1
RETURNING version
"""
_SELECT_NOTICE: Final = """
SELECT version, text_zh, text_en, published_at FROM declaration_notice
WHERE cycle_id = $1 ORDER BY version DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of the text a candidate accepts (A26)."""

    version: int
    text_zh: str
    text_en: str
    published_at: datetime


async def select_all(reader: Reader) -> list[Cycle]:
    """Every cycle, newest first; there is one a year."""
    return [cycle_of(row) for row in await reader.fetch(_SELECT_ALL)]


async def select_current(reader: Reader) -> Cycle:
    """The newest opened cycle that is not over, else the one planned. Raises NoOpenCycle."""
    if (row := await reader.fetchrow(_SELECT_CURRENT)) is None:
        raise NoOpenCycle
    return cycle_of(row)


async def select(reader: Reader, cycle_id: UUID) -> Cycle:
    """Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, cycle_id)) is None:
        raise NotFound
    return cycle_of(row)


async def select_for_unit(reader: Reader, cycle_id: UUID, institution_id: UUID) -> Cycle:
    """With what the exam site of a unit has set. Raises NotFound."""
    return _held(await reader.fetchrow(_SELECT_FOR_UNIT, cycle_id, institution_id))


async def select_for_candidate(reader: Reader, cycle_id: UUID, person_id: UUID) -> Cycle:
    """With what the exam site of the unit has set that a person is bound to. Raises NotFound."""
    return _held(await reader.fetchrow(_SELECT_FOR_CANDIDATE, cycle_id, person_id))


async def select_for_body(reader: Reader, cycle_id: UUID, exam_body_id: UUID) -> Cycle:
    """With what the exam site has set that an exam body is or belongs to. Raises NotFound."""
    return _held(await reader.fetchrow(_SELECT_FOR_BODY, cycle_id, exam_body_id))


async def lock(tx: Transaction, cycle_id: UUID, expected_version: int | None = None) -> Cycle:
    """Raises NotFound, StaleVersion."""
    if (row := await tx.fetchrow(_LOCK, cycle_id)) is None:
        raise NotFound
    cycle = cycle_of(row)
    if expected_version is not None and cycle.version != expected_version:
        raise StaleVersion(current=cycle.version, state=cycle.state.value)
    return cycle


async def lock_shared(tx: Transaction, cycle_id: UUID) -> None:
    """No date of the year moves until the commit; what is read afterwards holds till then. Raises NotFound."""
    if await tx.fetchrow(_LOCK_SHARED, cycle_id) is None:
        raise NotFound


async def insert(
    tx: Transaction,
    cycle_id: UUID,
    year: int,
    state: CycleState,
    catalogue_version: int,
    dates: CycleDates,
    at: datetime,
) -> None:
    """Raises CycleExists: one per year."""
    if not await tx.execute(_INSERT, cycle_id, year, state.value, catalogue_version, *_moments(dates), at):
        raise CycleExists


async def update(
    tx: Transaction, cycle_id: UUID, state: CycleState, dates: CycleDates, leave_days: int | None = None
) -> Cycle:
    """Write state and dates of a locked cycle, and the longest leave where given; the cycle with its new version."""
    return cycle_of(await tx.fetchrow(_UPDATE, cycle_id, state.value, *_moments(dates), leave_days))


async def update_catalogue(tx: Transaction, cycle_id: UUID, catalogue_version: int) -> Cycle:
    """Let a locked cycle use a catalogue version; the cycle with its new version."""
    return cycle_of(await tx.fetchrow(_UPDATE_CATALOGUE, cycle_id, catalogue_version))


async def insert_notice(tx: Transaction, cycle_id: UUID, text_zh: str, text_en: str, at: datetime) -> int:
    """Publish a text; the version it got."""
    version: int = await tx.fetchval(_INSERT_NOTICE, cycle_id, text_zh, text_en, at)
    return version


async def select_notice(reader: Reader, cycle_id: UUID) -> Notice:
    """The newest version. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_NOTICE, cycle_id)) is None:
        raise NotFound
    return Notice(row["version"], row["text_zh"], row["text_en"], row["published_at"])


def _moments(dates: CycleDates) -> tuple[datetime | None, ...]:
    return (
        dates.declaration_opens_at,
        dates.declaration_closes_at,
        dates.review_deadline,
        dates.filing_deadline,
        dates.completion_deadline,
        dates.registration_opens_at,
        dates.registration_closes_at,
    )


def _held(row: Row | None) -> Cycle:
    if row is None:
        raise NotFound
    return held_cycle_of(row)


def held_cycle_of(row: Row, prefix: str = "") -> Cycle:
    """The entity with what the unit's exam site adds, from a row that has SITE_COLUMNS too."""
    warns = row["supervisor_category"] == "warn"
    return replace(cycle_of(row, prefix), site=site_dates_of(row), warns_of_supervisors=warns)


def cycle_of(row: Row, prefix: str = "") -> Cycle:
    """The entity; `prefix` where a join names the cycle's own columns cycle_id, cycle_state, cycle_version."""
    return Cycle(
        CycleId(row[f"{prefix}id"]),
        row["year"],
        CycleState(row[f"{prefix}state"]),
        row[f"{prefix}version"],
        row["catalogue_version"],
        CycleDates(
            row["declaration_opens_at"],
            row["declaration_closes_at"],
            row["review_deadline"],
            row["filing_deadline"],
            row["completion_deadline"],
            row["registration_opens_at"],
            row["registration_closes_at"],
        ),
        row["leave_days"],
    )
