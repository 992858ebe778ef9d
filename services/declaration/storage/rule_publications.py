"""Rows of `rule_publication`: which rules an exam year went by, since when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Row, Transaction

_INSERT: Final = """
INSERT INTO rule_publication (catalogue_version, cycle_id, base_version, draft_id, reason, published_by, published_at,
                              effective_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_SELECT_ALL: Final = """
SELECT catalogue_version, cycle_id, base_version, reason, published_by, published_at, effective_at, applied_at
FROM rule_publication WHERE cycle_id = $1 ORDER BY catalogue_version DESC
"""
_SELECT_HAS_WAITING: Final = "SELECT EXISTS (SELECT FROM rule_publication WHERE cycle_id = $1 AND applied_at IS NULL)"
_LOCK_DUE: Final = """
SELECT catalogue_version, cycle_id, base_version, reason, published_by, published_at, effective_at, applied_at
FROM rule_publication WHERE applied_at IS NULL AND effective_at <= $1
ORDER BY effective_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_UPDATE_APPLIED: Final = "UPDATE rule_publication SET applied_at = $2 WHERE catalogue_version = $1"
_UPDATE_CYCLE: Final = "UPDATE cycle SET catalogue_version = $2, version = version + 1 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class RulePublication:
    """One version of the rules of a year; `applied_at` is None while it waits for its moment."""

    catalogue_version: int
    cycle_id: UUID
    base_version: int
    reason: str
    published_by: UUID
    published_at: datetime
    effective_at: datetime
    applied_at: datetime | None


async def insert(tx: Transaction, publication: RulePublication, draft_id: UUID) -> None:
    """A version that waits for its moment."""
    one = publication
    await tx.execute(
        _INSERT,
        one.catalogue_version,
        one.cycle_id,
        one.base_version,
        draft_id,
        one.reason,
        one.published_by,
        one.published_at,
        one.effective_at,
    )


async def select_all(reader: Reader, cycle_id: UUID) -> list[RulePublication]:
    """Of one cycle, the newest first."""
    return [RulePublication(**row) for row in await reader.fetch(_SELECT_ALL, cycle_id)]


async def select_has_waiting(reader: Reader, cycle_id: UUID) -> bool:
    """Whether one waits for its moment."""
    return bool(await reader.fetchval(_SELECT_HAS_WAITING, cycle_id))


async def lock_due(tx: Transaction, now: datetime) -> RulePublication | None:
    """One whose moment has come, or None."""
    row: Row | None = await tx.fetchrow(_LOCK_DUE, now)
    return RulePublication(**row) if row is not None else None


async def update_applied(tx: Transaction, publication: RulePublication, at: datetime) -> None:
    """A locked cycle goes by these rules from now on."""
    await tx.execute(_UPDATE_CYCLE, publication.cycle_id, publication.catalogue_version)
    await tx.execute(_UPDATE_APPLIED, publication.catalogue_version, at)
