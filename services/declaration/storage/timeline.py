"""Rows of `declaration_event`: what happened, when, by which role and why (A39). Written with the moves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT version, at, action, role, from_state, to_state, reason_codes, reasons
FROM declaration_event WHERE declaration_id = $1 ORDER BY version
"""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step; `reasons` is sealed, see use_cases.reasons."""

    version: int
    at: datetime
    action: str
    role: str
    from_state: str | None
    to_state: str
    reason_codes: list[str]
    reasons: bytes | None


async def select(reader: Reader, declaration_id: UUID) -> list[TimelineEntry]:
    """All steps in order. Access to the declaration was checked by its own select."""
    return [TimelineEntry(**row) for row in await reader.fetch(_SELECT, declaration_id)]
