"""Lists of bound people: of one institution, and of all institutions below an exam body. Keyset pages by binding."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from shared.postgres.transaction import Reader

# Two statements, so that neither depends on a generic plan: one walks the bindings of an institution, the other one
# those of a subtree.
_SELECT_OF_INSTITUTION: Final = """
SELECT b.id, b.version, b.state, b.requested_at, b.bound_at, coalesce(b.since, b.bound_at) AS since, b.ended_at,
    b.end_event, b.probation_started_on, b.probation_recorded_at, b.probation_recorded_by, b.department, b.cohort_year,
    b.person_id, p.name_masked,
    p.document_type, p.document_no_masked, b.institution_id, i.name AS institution_name, i.division_code,
    EXISTS (SELECT FROM known_declaration d WHERE d.person_id = b.person_id AND d.institution_id = b.institution_id
        AND d.state <> 'closed') AS has_declared
FROM binding b JOIN known_person p ON p.person_id = b.person_id JOIN institution i ON i.id = b.institution_id
WHERE b.institution_id = $1 AND ($2::uuid IS NULL OR b.id > $2) AND b.state = ANY($3::text[])
  AND ($4::text IS NULL OR starts_with(p.name_masked, $4) OR p.name_masked = $5)
  AND ($6::text IS NULL OR p.document_no_masked = $6)
  AND ($7::timestamptz IS NULL OR coalesce(b.bound_at, b.requested_at) >= $7)
  AND ($8::timestamptz IS NULL OR coalesce(b.bound_at, b.requested_at) < $8)
  AND ($9::boolean IS NULL OR (b.probation_started_on IS NOT NULL) = $9)
  AND ($10::boolean IS NULL OR $10 = EXISTS (SELECT FROM known_declaration d WHERE d.person_id = b.person_id
        AND d.institution_id = b.institution_id AND d.state <> 'closed'))
ORDER BY b.id LIMIT $11
"""
_SELECT_OF_SUBTREE: Final = _SELECT_OF_INSTITUTION.replace(
    "b.institution_id = $1 AND", "i.filing_body_path @> ARRAY[$1::uuid] AND starts_with(i.division_code, $12) AND"
)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What to look for; names and numbers are masked before they come here. Moments are [from, until)."""

    states: tuple[str, ...] = ("active", "frozen")
    name_begins: str | None = None
    name_masked: str | None = None
    document_no_masked: str | None = None
    bound_from: datetime | None = None
    bound_until: datetime | None = None
    registered_early: bool | None = None
    has_declared: bool | None = None
    division_prefix: str = ""


@dataclass(frozen=True, slots=True)
class BoundPerson:
    """A line of a list of people. `since` reaches back over bindings that this one continues."""

    binding_id: UUID
    version: int
    state: str
    requested_at: datetime | None
    bound_at: datetime | None
    since: datetime | None
    ended_at: datetime | None
    end_event: str | None
    probation_started_on: date | None
    probation_recorded_at: datetime | None
    probation_recorded_by: str | None
    department: str | None
    cohort_year: int | None
    person_id: UUID
    name_masked: str
    document_type: str
    document_no_masked: str
    institution_id: UUID
    institution_name: str
    division_code: str
    has_declared: bool


async def select_of_institution(
    reader: Reader, institution_id: UUID, wanted: PeopleFilter, after: UUID | None, limit: int
) -> list[BoundPerson]:
    """An institution's people in the order of their bindings; the caller has checked its scope."""
    rows = await reader.fetch(_SELECT_OF_INSTITUTION, institution_id, after, *_arguments(wanted), limit)
    return [_person(row) for row in rows]


async def select_of_subtree(
    reader: Reader, scope_id: UUID, wanted: PeopleFilter, after: UUID | None, limit: int
) -> list[BoundPerson]:
    """The people of all institutions that file with an exam body or with one below it."""
    arguments = (scope_id, after, *_arguments(wanted), limit, wanted.division_prefix)
    return [_person(row) for row in await reader.fetch(_SELECT_OF_SUBTREE, *arguments)]


def _arguments(wanted: PeopleFilter) -> tuple[Any, ...]:
    return (
        *(list(wanted.states), wanted.name_begins, wanted.name_masked, wanted.document_no_masked),
        *(wanted.bound_from, wanted.bound_until, wanted.registered_early, wanted.has_declared),
    )


def _person(row: Any) -> BoundPerson:
    return BoundPerson(**{"binding_id" if name == "id" else name: value for name, value in dict(row).items()})
