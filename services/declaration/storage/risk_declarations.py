"""What signals ask about declarations: what was handed in, by whom, when they were bound, and who is like them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT d.id, d.person_id, d.cycle_id, d.cycle_year, d.institution_id, d.state, d.submission, s.content,
       (SELECT min(f.submitted_at) FROM declaration_snapshot f WHERE f.declaration_id = d.id) AS first_submitted_at,
       coalesce(b.since, b.bound_at) AS bound_at,
       LEAST(b.probation_started_on, r.started_on) AS probation_started_on,
       LEAST(b.probation_recorded_at, r.registered_at) AS probation_recorded_at,
       e.id AS earlier_id, e.submission AS earlier_submission, e.submitted_at AS earlier_submitted_at,
       l.content AS earlier_content, e.institution_id AS earlier_institution_id,
       v.id AS evaluation_id, v.opinion
FROM declaration d
JOIN declaration_snapshot s ON s.declaration_id = d.id AND s.submission = d.submission
LEFT JOIN LATERAL (
    SELECT k.since, k.bound_at, k.probation_started_on, k.probation_recorded_at FROM known_binding k
    WHERE k.person_id = d.person_id AND k.institution_id = d.institution_id AND k.bound_at IS NOT NULL
    ORDER BY k.bound_at DESC LIMIT 1
) b ON true
-- Registered with the binding or for the evaluation: the earlier one holds.
LEFT JOIN LATERAL (
    SELECT min(g.started_on) AS started_on, min(g.registered_at) AS registered_at FROM evaluation g
    WHERE g.person_id = d.person_id AND g.institution_id = d.institution_id AND g.registered_at IS NOT NULL
) r ON true
LEFT JOIN LATERAL (
    SELECT p.id, p.submission, p.submitted_at, p.institution_id FROM declaration p
    WHERE p.person_id = d.person_id AND p.cycle_year = d.cycle_year - 1 AND p.submission > 0
) e ON true
LEFT JOIN declaration_snapshot l ON l.declaration_id = e.id AND l.submission = e.submission
LEFT JOIN evaluation v ON v.declaration_id = d.id AND v.state <> 'voided'
WHERE d.id = ANY ($1::uuid[]) AND d.submission > 0
"""
# A document of several pages is known by each of them: one page more would hide a file that two people hand in. Each
# half stops at 50 in the order of its index: an empty form that thousands hand in is not read to its end for each.
_SELECT_TWINS: Final = """
SELECT DISTINCT mine.declaration_id, theirs.other_id, mine.kind
FROM declaration_document mine
JOIN declaration d ON d.id = mine.declaration_id
JOIN LATERAL (
    SELECT mine.sha256
    UNION SELECT p.sha256 FROM document_page p WHERE p.document_id = mine.id
) own ON true
JOIN LATERAL (
    (SELECT o.id AS other_id FROM declaration_document f
     JOIN declaration o ON o.id = f.declaration_id AND o.person_id <> d.person_id AND o.submission > 0
        AND o.state <> 'withdrawn'
     WHERE f.sha256 = own.sha256 AND f.deleted_at IS NULL ORDER BY f.declaration_id LIMIT 50)
    UNION
    (SELECT o.id FROM document_page p
     JOIN declaration_document f ON f.id = p.document_id AND f.deleted_at IS NULL
     JOIN declaration o ON o.id = f.declaration_id AND o.person_id <> d.person_id AND o.submission > 0
        AND o.state <> 'withdrawn'
     WHERE p.sha256 = own.sha256 ORDER BY p.document_id LIMIT 50)
    ORDER BY 1 LIMIT 50
) theirs ON true
WHERE mine.declaration_id = ANY ($1::uuid[]) AND mine.deleted_at IS NULL
"""
_SELECT_NAMESAKES: Final = """
SELECT d.id AS declaration_id, d.person_id, p.identity, o.person_id AS other_id, o.identity AS other_identity,
       (SELECT od.id FROM declaration od
        WHERE od.person_id = o.person_id AND od.cycle_id = d.cycle_id AND od.submission > 0) AS other_declaration_id,
       EXISTS (
           SELECT FROM known_person_document a JOIN known_person_document b ON b.document_index = a.document_index
           WHERE a.person_id = d.person_id AND b.person_id = o.person_id) AS same_document
FROM declaration d
JOIN known_person p ON p.person_id = d.person_id
JOIN LATERAL (
    SELECT n.person_id, n.identity FROM known_person n WHERE n.name_index = p.name_index AND n.person_id <> d.person_id
    UNION
    SELECT n.person_id, n.identity FROM known_person_document a
    JOIN known_person_document b ON b.document_index = a.document_index AND b.person_id <> a.person_id
    JOIN known_person n ON n.person_id = b.person_id
    WHERE a.person_id = d.person_id
    LIMIT 200
) o ON true
WHERE d.id = ANY ($1::uuid[])
"""
_SELECT_DECISIONS: Final = """
SELECT e.declaration_id, e.action, e.actor_id, s.submission, s.content
FROM declaration_event e
JOIN LATERAL (
    SELECT submission, content FROM declaration_snapshot
    WHERE declaration_id = e.declaration_id AND version < e.version ORDER BY submission DESC LIMIT 1
) s ON true
WHERE e.declaration_id IN (
    SELECT r.declaration_id FROM declaration_event r
    WHERE r.declaration_id = ANY ($1::uuid[]) AND r.action = 'return_for_modification')
  AND e.action IN ('approve', 'return_for_modification')
ORDER BY e.declaration_id, e.version
"""
_SELECT_HOME_SCHOOLS: Final = "SELECT name FROM risk_home_school"
_SELECT_PLACES: Final = """
SELECT institution_id, licence_valid_from, licence_valid_to, departments
FROM known_institution WHERE institution_id = ANY ($1::uuid[])
"""
_SELECT_ROSTER: Final = """
SELECT supervisor_id, certificate_index FROM known_supervisor WHERE supervisor_id = ANY ($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A declaration with its newest snapshot, sealed, and that of the year before."""

    id: UUID
    person_id: UUID
    cycle_id: UUID
    cycle_year: int
    institution_id: UUID
    state: str
    submission: int
    content: bytes
    first_submitted_at: datetime
    bound_at: datetime | None
    probation_started_on: date | None
    probation_recorded_at: datetime | None
    earlier_id: UUID | None
    earlier_submission: int | None
    earlier_submitted_at: datetime | None
    earlier_content: bytes | None
    earlier_institution_id: UUID | None
    evaluation_id: UUID | None
    opinion: bytes | None


@dataclass(frozen=True, slots=True)
class SameFile:
    """A file of a declaration that another person's has too."""

    declaration_id: UUID
    other_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class SameName:
    """A person of the same name, or of the same document; the identities are sealed."""

    declaration_id: UUID
    person_id: UUID
    identity: bytes
    other_id: UUID
    other_identity: bytes
    other_declaration_id: UUID | None
    same_document: bool


@dataclass(frozen=True, slots=True)
class UnitDecision:
    """A decision on one submission; `content` is the sealed snapshot it decided on."""

    declaration_id: UUID
    action: str
    actor_id: UUID
    submission: int
    content: bytes


@dataclass(frozen=True, slots=True)
class LicensedPlace:
    """What an institution may do, and until when."""

    institution_id: UUID
    licence_valid_from: date | None
    licence_valid_to: date | None
    departments: list[str] | None


async def select_many(reader: Reader, declaration_ids: Sequence[UUID]) -> list[HandedIn]:
    """Those that were handed in."""
    return [HandedIn(**row) for row in await reader.fetch(_SELECT, list(declaration_ids))]


async def select_twins(reader: Reader, declaration_ids: Sequence[UUID]) -> list[SameFile]:
    """Files that other people handed in as well; no more than 50 people to each."""
    return [SameFile(**row) for row in await reader.fetch(_SELECT_TWINS, list(declaration_ids))]


async def select_namesakes(reader: Reader, declaration_ids: Sequence[UUID]) -> list[SameName]:
    """People who might be the same: no more than 200 to each."""
    return [SameName(**row) for row in await reader.fetch(_SELECT_NAMESAKES, list(declaration_ids))]


async def select_decisions(reader: Reader, declaration_ids: Sequence[UUID]) -> list[UnitDecision]:
    """Approvals and returns of those that were ever returned, in order."""
    return [UnitDecision(**row) for row in await reader.fetch(_SELECT_DECISIONS, list(declaration_ids))]


async def select_home_schools(reader: Reader) -> list[str]:
    """Names of the schools of the province."""
    return [row["name"] for row in await reader.fetch(_SELECT_HOME_SCHOOLS)]


async def select_places(reader: Reader, institution_ids: Sequence[UUID]) -> dict[UUID, LicensedPlace]:
    """Those of the institutions that are known."""
    rows = await reader.fetch(_SELECT_PLACES, list(institution_ids))
    return {row["institution_id"]: LicensedPlace(**row) for row in rows}


async def select_roster(reader: Reader, supervisor_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The keyed hash of each supervisor's practising number."""
    rows = await reader.fetch(_SELECT_ROSTER, list(supervisor_ids))
    return {row["supervisor_id"]: row["certificate_index"] for row in rows}
