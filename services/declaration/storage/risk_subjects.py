"""What signals ask about institutions, supervisors and reviewers, for many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

STANDING: Final = ("submitted", "under_review", "approved", "returned", "modification_allowed", "filed")
"""Declarations that count."""

_SELECT_INSTITUTIONS: Final = """
SELECT i.institution_id, i.institution_type, i.physicians::text AS physicians,
       (SELECT count(*) FROM declaration d WHERE d.institution_id = i.institution_id AND d.cycle_id = $2
            AND d.submission > 0 AND d.state = ANY ($3::text[])) AS declared,
       CASE WHEN last.id IS NOT NULL THEN (
            SELECT count(*) FROM declaration d WHERE d.institution_id = i.institution_id AND d.cycle_id = last.id
                AND d.submission > 0 AND d.state NOT IN ('withdrawn', 'rejected')) END AS before,
       (SELECT coalesce(sum(a.wrong), 0) FROM known_code_alarm a
            WHERE a.institution_id = i.institution_id
                AND a.at > c.completion_deadline - interval '1 year') AS wrong_codes
FROM known_institution i
JOIN cycle c ON c.id = $2
LEFT JOIN cycle last ON last.year = c.year - 1
WHERE i.institution_id = ANY ($1::uuid[])
"""
_SELECT_TRAINEES: Final = """
SELECT institution_id, exam_category_code, count(*) AS trainees FROM declaration
WHERE institution_id = ANY ($1::uuid[]) AND cycle_id = $2 AND submission > 0 AND state = ANY ($3::text[])
GROUP BY institution_id, exam_category_code
"""
_SELECT_SANCTIONS: Final = """
SELECT institution_id, rule, decided_at FROM risk_hit
WHERE institution_id = ANY ($1::uuid[]) AND state = 'sanctioned' AND cycle_id <> $2
"""
_SELECT_SUPERVISORS: Final = """
SELECT supervisor_id, institution_id, name, certificate_level, category_code, multi_site, active, certificate_index
FROM known_supervisor WHERE supervisor_id = ANY ($1::uuid[])
"""
_SELECT_ALIKE: Final = """
SELECT supervisor_id, institution_id, name, certificate_level, category_code, multi_site, active, certificate_index
FROM known_supervisor WHERE certificate_index = ANY ($1::bytea[]) AND active
"""
# A compatibility table belongs to the catalogue that the declaration was judged by.
_SELECT_GUIDED: Final = """
SELECT g.certificate_index, g.declaration_id, g.first_day, g.last_day, x.families
FROM risk_guidance g
JOIN declaration d ON d.id = g.declaration_id AND d.state = ANY ($3::text[])
LEFT JOIN LATERAL (
    SELECT array_agg(k.supervisor_family) AS families FROM exam_category e
    JOIN supervisor_compatibility k ON k.catalogue_version = e.catalogue_version AND k.category_family = e.family
    WHERE e.catalogue_version = d.catalogue_version AND e.code = d.exam_category_code
) x ON true
WHERE g.certificate_index = ANY ($1::bytea[]) AND g.cycle_id = $2
"""
_SELECT_DECISIONS: Final = """
SELECT e.actor_id, e.at, e.declaration_id, d.institution_id, EXISTS (
    SELECT FROM bulk_decision_row r
    WHERE r.declaration_id = e.declaration_id AND r.expected_version = e.version - 1 AND r.result = 'done') AS in_bulk
FROM declaration_event e JOIN declaration d ON d.id = e.declaration_id AND d.cycle_id = $2
WHERE e.actor_id = ANY ($1::uuid[]) AND e.action IN ('approve', 'return_for_modification', 'reject')
ORDER BY e.actor_id, e.at, e.declaration_id
"""


@dataclass(frozen=True, slots=True)
class InstitutionYear:
    """An institution's cycle in figures; `physicians` is JSON, per category code."""

    institution_id: UUID
    institution_type: str
    physicians: str | None
    declared: int
    before: int | None
    wrong_codes: int


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A supervisor on a roster; `name` is sealed."""

    supervisor_id: UUID
    institution_id: UUID
    name: bytes
    certificate_level: int
    category_code: str
    multi_site: bool
    active: bool
    certificate_index: bytes


@dataclass(frozen=True, slots=True)
class GuidedTime:
    """When somebody was guided; `families` are those of supervisors who may guide the declared category."""

    certificate_index: bytes
    declaration_id: UUID
    first_day: date
    last_day: date
    families: list[str] | None


@dataclass(frozen=True, slots=True)
class ReviewerDecision:
    """One decision of a reviewer; `in_bulk`: as a row of a bulk."""

    actor_id: UUID
    at: datetime
    declaration_id: UUID
    institution_id: UUID
    in_bulk: bool


async def select_institutions(reader: Reader, institutions: Sequence[UUID], cycle_id: UUID) -> list[InstitutionYear]:
    """Those that are known."""
    rows = await reader.fetch(_SELECT_INSTITUTIONS, list(institutions), cycle_id, list(STANDING))
    return [InstitutionYear(**row) for row in rows]


async def select_trainees(reader: Reader, institutions: Sequence[UUID], cycle_id: UUID) -> list[tuple[UUID, str, int]]:
    """Institution, category code, and how many stand."""
    return [tuple(row) for row in await reader.fetch(_SELECT_TRAINEES, list(institutions), cycle_id, list(STANDING))]


async def select_sanctions(
    reader: Reader, institutions: Sequence[UUID], cycle_id: UUID
) -> list[tuple[UUID, str, datetime]]:
    """Institution, rule, and when an exam body decided to sanction, in other cycles."""
    return [tuple(row) for row in await reader.fetch(_SELECT_SANCTIONS, list(institutions), cycle_id)]


async def select_supervisors(reader: Reader, supervisors: Sequence[UUID]) -> list[RosterEntry]:
    """Those that are known."""
    return [RosterEntry(**row) for row in await reader.fetch(_SELECT_SUPERVISORS, list(supervisors))]


async def select_alike(reader: Reader, indexes: Sequence[bytes]) -> list[RosterEntry]:
    """Everybody on a roster with one of these numbers."""
    return [RosterEntry(**row) for row in await reader.fetch(_SELECT_ALIKE, list(indexes))]


async def select_guided(reader: Reader, indexes: Sequence[bytes], cycle_id: UUID) -> list[GuidedTime]:
    """Whom supervisors with these numbers guided."""
    return [GuidedTime(**row) for row in await reader.fetch(_SELECT_GUIDED, list(indexes), cycle_id, list(STANDING))]


async def select_decisions(reader: Reader, reviewers: Sequence[UUID], cycle_id: UUID) -> list[ReviewerDecision]:
    """What these reviewers decided in a cycle, in order."""
    return [ReviewerDecision(**row) for row in await reader.fetch(_SELECT_DECISIONS, list(reviewers), cycle_id)]
