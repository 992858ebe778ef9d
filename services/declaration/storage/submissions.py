"""The two statements of a submission: one reads the draft with everything the decision needs, one writes it all.
This is the path a whole province takes in the last hours of the window, hence so few round trips."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.cycle import Cycle
from services.declaration.domain.declaration import State
from services.declaration.domain.facts import FileRef
from services.declaration.domain.supervision import Supervisor
from services.declaration.storage.cycles import cycle_of
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.ids import InstitutionId
from shared.postgres.single_statement import SingleStatement
from shared.postgres.transaction import Reader, Row

_SELECT: Final = """
SELECT d.id, d.number, d.person_id, d.state, d.version, d.submission, d.exam_level, d.exam_category_code, d.route,
       d.content, d.catalogue_version, p.identity, b.binding_state, b.institution_id, i.name AS institution_name,
       i.state AS institution_state, i.licence_valid_to, c.id AS cycle_id, c.year, c.state AS cycle_state,
       c.version AS cycle_version, c.declaration_opens_at, c.declaration_closes_at, c.review_deadline,
       c.filing_deadline, c.completion_deadline, f.file_ids, f.file_kinds, f.file_periods, s.supervisor_ids,
       s.supervisor_institutions, s.supervisor_levels, s.supervisor_categories, s.supervisor_multi_site,
       s.supervisor_active,
       (SELECT max(n.version) FROM declaration_notice n WHERE n.cycle_id = d.cycle_id) AS notice_version,
       NULL::bigint AS drawn
FROM declaration d
JOIN cycle c ON c.id = d.cycle_id
LEFT JOIN known_person p ON p.person_id = d.person_id
    AND NOT EXISTS (SELECT FROM known_revoked_person r WHERE r.person_id = d.person_id)
LEFT JOIN LATERAL (
    SELECT k.state AS binding_state, k.institution_id FROM known_binding k
    WHERE k.person_id = d.person_id AND k.state IN ('active', 'frozen') ORDER BY k.bound_at DESC LIMIT 1
) b ON true
LEFT JOIN known_institution i ON i.institution_id = b.institution_id
CROSS JOIN LATERAL (
    SELECT array_agg(k.id) AS file_ids, array_agg(k.kind) AS file_kinds, array_agg(k.period_id) AS file_periods
    FROM declaration_document k WHERE k.declaration_id = d.id AND k.deleted_at IS NULL
) f
CROSS JOIN LATERAL (
    SELECT array_agg(k.supervisor_id) AS supervisor_ids, array_agg(k.institution_id) AS supervisor_institutions,
           array_agg(k.certificate_level) AS supervisor_levels, array_agg(k.category_code) AS supervisor_categories,
           array_agg(k.multi_site) AS supervisor_multi_site, array_agg(k.active) AS supervisor_active
    FROM known_supervisor k WHERE k.supervisor_id = ANY (d.supervisor_ids)
) s
WHERE d.id = $1 AND d.person_id = $2
"""
# Before its first submission a declaration draws a receipt number from the sequence of its year; a number drawn for a
# submission that is refused stays unused.
_SELECT_TO_SUBMIT: Final = _SELECT.replace(
    "NULL::bigint AS drawn",
    "CASE WHEN d.number IS NULL THEN nextval(('declaration_number_' || d.cycle_year)::regclass) END AS drawn",
)
# Written only over the version that was judged: the guard refuses when somebody was faster.
_SUBMIT: Final = """
submitted AS (
    UPDATE declaration
    SET state = 'submitted', version = version + 1, submission = submission + 1, number = $12,
        institution_id = $2, institution_name = $3, notice_version = $4, fresh_graduate = $5, probation_months = $6,
        submitted_at = $7, updated_at = $7, claimed_by = NULL, claimed_until = NULL, decided_by = NULL,
        decided_at = NULL
    WHERE id = $1 AND version = $13
    RETURNING id, version, submission, number, institution_id, catalogue_version, notice_version
), kept AS (
    INSERT INTO declaration_snapshot (declaration_id, submission, version, institution_id, content, catalogue_version,
                                      notice_version, submitted_at)
    SELECT id, submission, version, institution_id, $8::bytea, catalogue_version, notice_version, $7 FROM submitted
), recorded AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
    SELECT id, version, $7, 'submit', $9::uuid, $10::text, $11::text, 'submitted' FROM submitted
)"""
_SUBMITTED: Final = "(SELECT count(*) FROM submitted) = 1"


@dataclass(frozen=True, slots=True)
class Unit:
    """The institution a submission goes to, as its open binding says."""

    id: InstitutionId
    name: str
    state: str
    licence_valid_to: date | None
    binding_state: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the decision about a submission needs. `identity` and `content` are sealed; `unit` is None without an
    open binding (or while its institution is not known here yet), `identity` without a verification."""

    id: UUID
    person_id: UUID
    number: str | None
    state: State
    version: int
    submission: int
    exam_level: str
    category_code: str
    route: str
    content: bytes | None
    catalogue_version: int
    identity: bytes | None
    unit: Unit | None
    cycle: Cycle
    files: tuple[FileRef, ...]
    roster: dict[UUID, Supervisor]
    notice_version: int | None


@dataclass(frozen=True, slots=True)
class Handover:
    """What a submission writes. `content` is the sealed snapshot."""

    unit: Unit
    notice_version: int
    fresh_graduate: bool
    probation_months: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was assigned."""

    number: str
    version: int
    submission: int


async def select_to_submit(reader: Reader, declaration_id: UUID, person_id: UUID, expected_version: int) -> Case:
    """A candidate's own declaration with all it is judged by, its number drawn. Raises NotFound, StaleVersion."""
    if (row := await reader.fetchrow(_SELECT_TO_SUBMIT, declaration_id, person_id)) is None:
        raise NotFound
    if row["version"] != expected_version:
        raise StaleVersion(current=row["version"], state=row["state"])
    return _case(row)


async def select(reader: Reader, declaration_id: UUID, person_id: UUID) -> Case:
    """The same for the preview. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, declaration_id, person_id)) is None:
        raise NotFound
    return _case(row)


def insert(tx: SingleStatement, case: Case, handover: Handover, actor: Actor, at: datetime) -> Submitted:
    """Write state, number, snapshot and timeline over the version of `case`, with the commit."""
    assert case.number is not None, "drawn by select_to_submit"
    tx.write(
        _SUBMIT,
        _SUBMITTED,
        case.id,
        handover.unit.id,
        handover.unit.name,
        handover.notice_version,
        handover.fresh_graduate,
        handover.probation_months,
        at,
        handover.content,
        actor.id,
        actor.role,
        case.state.value,
        case.number,
        case.version,
    )
    return Submitted(case.number, case.version + 1, case.submission + 1)


def _case(row: Row) -> Case:
    return Case(
        id=row["id"],
        person_id=row["person_id"],
        number=row["number"] or _numbered(row),
        state=State(row["state"]),
        version=row["version"],
        submission=row["submission"],
        exam_level=row["exam_level"],
        category_code=row["exam_category_code"],
        route=row["route"],
        content=row["content"],
        catalogue_version=row["catalogue_version"],
        identity=row["identity"],
        unit=_unit(row),
        cycle=cycle_of(row, "cycle_"),
        files=tuple(map(FileRef, row["file_ids"] or (), row["file_kinds"] or (), row["file_periods"] or ())),
        roster=_roster(row),
        notice_version=row["notice_version"],
    )


def _numbered(row: Row) -> str | None:
    return None if row["drawn"] is None else f"D{row['year']}-{row['drawn']:06d}"


def _unit(row: Row) -> Unit | None:
    if row["institution_id"] is None or row["institution_state"] is None:
        return None
    return Unit(
        InstitutionId(row["institution_id"]),
        row["institution_name"],
        row["institution_state"],
        row["licence_valid_to"],
        row["binding_state"],
    )


def _roster(row: Row) -> dict[UUID, Supervisor]:
    columns = ("ids", "institutions", "levels", "categories", "multi_site", "active")
    entries = zip(*(row[f"supervisor_{column}"] or () for column in columns), strict=True)
    return {values[0]: Supervisor(*values) for values in entries}
