"""Rows of `declaration_event`: what happened, when, by which role and why (A39). Written with the moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

REOPENING: Final = "t.action IN ('allow_modification', 'reopen')"
"""The step `t` opened a declaration again that had been decided (A42, 4.7)."""
_SELECT: Final = """
SELECT version, at, action, actor_id, role, from_state, to_state, reason_codes, reasons
FROM declaration_event WHERE declaration_id = $1 ORDER BY version
"""
# The reasons of a step belong to what was handed in before it, so to that unit; the step itself is everybody's.
_SELECT_FOR_UNIT: Final = """
SELECT e.version, e.at, e.action, e.actor_id, e.role, e.from_state, e.to_state,
       CASE WHEN h.institution_id = $2 THEN e.reason_codes ELSE '{}' END AS reason_codes,
       CASE WHEN h.institution_id = $2 THEN e.reasons END AS reasons
FROM declaration_event e
LEFT JOIN LATERAL (
    SELECT s.institution_id FROM declaration_snapshot s
    WHERE s.declaration_id = e.declaration_id AND s.version <= e.version ORDER BY s.submission DESC LIMIT 1
) h ON true
WHERE e.declaration_id = $1 ORDER BY e.version
"""

# By the key of the table: what committed later can not be missed, as steps of one declaration follow one another.
_SELECT_SINCE: Final = """
SELECT e.declaration_id, e.version, e.at, e.action, e.actor_id, e.role, e.from_state, e.to_state, e.reason_codes,
       NULL::bytea AS reasons
FROM unnest($1::uuid[], $2::bigint[]) AS seen (declaration_id, version)
JOIN declaration_event e ON e.declaration_id = seen.declaration_id AND e.version > seen.version
ORDER BY e.declaration_id, e.version
"""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step; `reasons` is sealed, see use_cases.reasons."""

    version: int
    at: datetime
    action: str
    actor_id: UUID
    role: str
    from_state: str | None
    to_state: str
    reason_codes: list[str]
    reasons: bytes | None


async def select(reader: Reader, declaration_id: UUID) -> list[TimelineEntry]:
    """All steps in order. Access to the declaration was checked by its own select."""
    return [TimelineEntry(**row) for row in await reader.fetch(_SELECT, declaration_id)]


async def select_for_unit(reader: Reader, declaration_id: UUID, institution_id: UUID) -> list[TimelineEntry]:
    """The same for a unit, without the reasons for what was handed in to another one."""
    return [TimelineEntry(**row) for row in await reader.fetch(_SELECT_FOR_UNIT, declaration_id, institution_id)]


async def select_since(reader: Reader, seen: Mapping[UUID, int]) -> dict[UUID, list[TimelineEntry]]:
    """What happened after the steps that were seen (declaration -> version), in order, without the texts of reasons."""
    found: dict[UUID, list[TimelineEntry]] = {}
    for row in await reader.fetch(_SELECT_SINCE, list(seen), list(seen.values())):
        values = dict(row)
        found.setdefault(values.pop("declaration_id"), []).append(TimelineEntry(**values))
    return found
