"""Rows of `cycle` and `declaration_notice`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.cycle import Cycle, CycleDates, CycleState
from services.declaration.domain.cycle_errors import CycleExists, NoOpenCycle
from shared.errors import NotFound, StaleVersion
from shared.ids import CycleId
from shared.postgres.transaction import Reader, Row, Transaction

_SELECT_ALL: Final = """
SELECT id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at, review_deadline,
       filing_deadline, completion_deadline
FROM cycle ORDER BY year DESC
"""
_SELECT_CURRENT: Final = """
SELECT id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at, review_deadline,
       filing_deadline, completion_deadline
FROM cycle WHERE state NOT IN ('closed', 'archived') ORDER BY (state = 'planned'), year DESC LIMIT 1
"""
_SELECT: Final = """
SELECT id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at, review_deadline,
       filing_deadline, completion_deadline
FROM cycle WHERE id = $1
"""
_LOCK: Final = """
SELECT id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at, review_deadline,
       filing_deadline, completion_deadline
FROM cycle WHERE id = $1 FOR UPDATE
"""
_INSERT: Final = """
INSERT INTO cycle (id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at,
                   review_deadline, filing_deadline, completion_deadline, created_at)
VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT ON CONSTRAINT uq__cycle__year DO NOTHING
"""
_UPDATE: Final = """
UPDATE cycle SET state = $2, version = version + 1, declaration_opens_at = $3, declaration_closes_at = $4,
       review_deadline = $5, filing_deadline = $6, completion_deadline = $7
WHERE id = $1
RETURNING id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at, review_deadline,
          filing_deadline, completion_deadline
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


async def lock(tx: Transaction, cycle_id: UUID, expected_version: int | None = None) -> Cycle:
    """Raises NotFound, StaleVersion."""
    if (row := await tx.fetchrow(_LOCK, cycle_id)) is None:
        raise NotFound
    cycle = cycle_of(row)
    if expected_version is not None and cycle.version != expected_version:
        raise StaleVersion(current=cycle.version, state=cycle.state.value)
    return cycle


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


async def update(tx: Transaction, cycle_id: UUID, state: CycleState, dates: CycleDates) -> Cycle:
    """Write state and dates of a locked cycle; the cycle with its new version."""
    return cycle_of(await tx.fetchrow(_UPDATE, cycle_id, state.value, *_moments(dates)))


async def insert_notice(tx: Transaction, cycle_id: UUID, text_zh: str, text_en: str, at: datetime) -> int:
    """Publish a text; the version it got."""
    version: int = await tx.fetchval(_INSERT_NOTICE, cycle_id, text_zh, text_en, at)
    return version


async def select_notice(reader: Reader, cycle_id: UUID) -> Notice:
    """The newest version. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_NOTICE, cycle_id)) is None:
        raise NotFound
    return Notice(row["version"], row["text_zh"], row["text_en"], row["published_at"])


def _moments(dates: CycleDates) -> tuple[datetime, ...]:
    return (
        dates.declaration_opens_at,
        dates.declaration_closes_at,
        dates.review_deadline,
        dates.filing_deadline,
        dates.completion_deadline,
    )


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
        ),
    )
