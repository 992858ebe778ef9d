"""Licences of institutions that run out, or have, and that nobody was told of (B15)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction
from shared.reminding.reminders import untold
from shared.reminding.steps import Span

KIND: Final = "licence"
_ENDS_AT: Final = "(i.licence_valid_to + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"
_UNTOLD: Final = untold(KIND, "i.id", _ENDS_AT, "$1::smallint")
# A changed last day is a new matter.
_LOCK_DUE: Final = f"""
SELECT i.id, i.version, i.name, i.filing_body_id, i.licence_valid_to, {_ENDS_AT} AS ends_at
FROM institution i
WHERE i.state IN ('profile_incomplete', 'active', 'suspended') AND i.licence_valid_to BETWEEN $2 AND $3
  AND ($4::uuid IS NULL OR i.id > $4) AND {_UNTOLD}
ORDER BY i.id LIMIT $5 FOR UPDATE OF i SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class EndingLicence:
    """A licence somebody is to be told of; `version` is the institution's."""

    id: UUID
    version: int
    name: str
    filing_body_id: UUID
    licence_valid_to: date
    ends_at: datetime


async def lock_due(tx: Transaction, span: Span, last: UUID | None, limit: int) -> list[EndingLicence]:
    """Licences that end within `span` and were not told of at its step, locked until commit."""
    rows = await tx.fetch(_LOCK_DUE, span.step, span.first_day, span.last_day, last, limit)
    return [EndingLicence(**dict(row)) for row in rows]
