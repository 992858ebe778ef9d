"""Table licence_notice: which ends of licences were told; the key makes each of them once (B15)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Transaction

Stage = Literal["ending", "ended"]
# Locked, so that two workers do not tell the same one; a changed last day is a new matter.
_LOCK_DUE: Final = """
SELECT i.id, i.version, i.name, i.filing_body_id, i.licence_valid_to,
    CASE WHEN i.licence_valid_to < $1 THEN 'ended' ELSE 'ending' END AS stage
FROM institution i
WHERE i.state IN ('profile_incomplete', 'active', 'suspended') AND i.licence_valid_to <= $2
  AND NOT EXISTS (
    SELECT FROM licence_notice n WHERE n.institution_id = i.id AND n.valid_to = i.licence_valid_to
      AND n.stage = CASE WHEN i.licence_valid_to < $1 THEN 'ended' ELSE 'ending' END)
ORDER BY i.licence_valid_to, i.id LIMIT $3 FOR UPDATE OF i SKIP LOCKED
"""
_INSERT: Final = """
INSERT INTO licence_notice (institution_id, valid_to, stage, told_at) VALUES ($1, $2, $3, $4)
"""


@dataclass(frozen=True, slots=True)
class EndingLicence:
    """A licence somebody is to be told of; `version` is the institution's."""

    id: UUID
    version: int
    name: str
    filing_body_id: UUID
    licence_valid_to: date
    stage: Stage


async def lock_due(tx: Transaction, today: date, until: date, limit: int) -> list[EndingLicence]:
    """Licences that end by `until` or have ended, and were not told of at this stage."""
    return [EndingLicence(**dict(row)) for row in await tx.fetch(_LOCK_DUE, today, until, limit)]


async def insert(tx: Transaction, institution_id: UUID, valid_to: date, stage: Stage, now: datetime) -> None:
    """It is told."""
    await tx.execute(_INSERT, institution_id, valid_to, stage, now)
