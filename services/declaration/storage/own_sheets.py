"""What a candidate's receipt and copy sheet are made of: a declaration, its last submission, its unit, its certificate;
and what whoever holds a receipt is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import State
from shared.errors import NotFound
from shared.postgres.transaction import Reader

# Submissions from before these columns are told with what the declaration says.
_SELECT: Final = """
SELECT d.id, d.number, d.person_id, d.cycle_year, d.state, d.version, d.submission, d.exam_level, d.exam_category_code,
       d.route, coalesce(s.institution_name, i.name, d.institution_name) AS institution_name, d.probation_months,
       coalesce(s.catalogue_version, d.catalogue_version) AS catalogue_version, d.submitted_at, d.decided_at,
       s.content, s.notice_version, i.registration_no, i.credit_code, i.division_code, i.address,
       e.certificate_no,
       -- Until it is judged, what counts is what was declared.
       CASE WHEN e.state NOT IN ('in_progress', 'due') THEN e.months_counted END AS months_counted
FROM declaration d
LEFT JOIN declaration_snapshot s ON s.declaration_id = d.id AND s.submission = d.submission
LEFT JOIN known_institution i ON i.institution_id = coalesce(s.institution_id, d.institution_id)
LEFT JOIN evaluation e ON e.declaration_id = d.id AND e.submission = d.submission AND e.state <> 'voided'
    AND e.institution_id = d.institution_id
WHERE d.id = $1 AND d.person_id = $2
"""
_SELECT_BY_NUMBER: Final = """
SELECT d.id, d.number, d.cycle_year, d.state, d.submission, p.name_masked, p.document_no_masked
FROM declaration d JOIN known_person p ON p.person_id = d.person_id WHERE d.number = $1
"""
_SELECT_HANDED_IN: Final = """
SELECT s.submitted_at, coalesce(s.institution_name, i.name, d.institution_name) AS institution_name,
       coalesce(s.exam_level, d.exam_level) AS exam_level,
       coalesce(s.exam_category_code, d.exam_category_code) AS exam_category_code
FROM declaration_snapshot s JOIN declaration d ON d.id = s.declaration_id
LEFT JOIN known_institution i ON i.institution_id = s.institution_id
WHERE s.declaration_id = $1 AND s.submission = $2
"""


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A declaration of the caller with its last submission; `content` is the sealed snapshot, None before the first.
    Unit and catalogue are those it was handed in to and judged by, the choice is the one of now."""

    id: UUID
    number: str | None
    person_id: UUID
    cycle_year: int
    state: State
    version: int
    submission: int
    exam_level: str
    exam_category_code: str
    route: str
    institution_name: str
    probation_months: int | None
    catalogue_version: int
    submitted_at: datetime | None
    decided_at: datetime | None
    content: bytes | None
    notice_version: int | None
    registration_no: str | None
    credit_code: str | None
    division_code: str | None
    address: str | None
    certificate_no: str | None
    months_counted: int | None


@dataclass(frozen=True, slots=True)
class NumberedDeclaration:
    """What stands behind a receipt number, masked."""

    id: UUID
    number: str
    cycle_year: int
    state: State
    submission: int
    name_masked: str
    document_no_masked: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """When a submission was made, to which unit, and for what."""

    submitted_at: datetime
    institution_name: str
    exam_level: str
    exam_category_code: str


async def select(reader: Reader, declaration_id: UUID, person_id: UUID) -> OwnSheet:
    """A candidate's own one. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, declaration_id, person_id)) is None:
        raise NotFound
    return OwnSheet(**{**row, "state": State(row["state"])})


async def select_by_number(reader: Reader, number: str) -> NumberedDeclaration | None:
    """The declaration with that receipt number, whatever became of it."""
    row = await reader.fetchrow(_SELECT_BY_NUMBER, number)
    return None if row is None else NumberedDeclaration(**{**row, "state": State(row["state"])})


async def select_handed_in(reader: Reader, declaration_id: UUID, submission: int) -> HandedIn:
    """One submission. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_HANDED_IN, declaration_id, submission)) is None:
        raise NotFound
    return HandedIn(**row)
