"""The two statements of a window of submissions: one reads the drafts with everything the decisions need, one writes it
all. This is the path a whole province takes in the last hours before the bell, hence so few round trips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.cycle import Cycle
from services.declaration.domain.declaration import State
from services.declaration.domain.eligibility_terms import EligibilityTerms
from services.declaration.domain.facts import FileRef
from services.declaration.domain.supervision import Supervisor
from services.declaration.storage.cycles import held_cycle_of
from services.declaration.storage.eligibility_terms import terms_of
from services.declaration.storage.known_bindings import REGISTERED_START
from services.declaration.storage.site_cycles import SITE_COLUMNS, SITE_OF_UNIT
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import InstitutionId
from shared.postgres.transaction import Reader, Row
from shared.postgres.window import Window

_SELECT: Final = f"""
SELECT wanted.place, d.id, d.number, d.person_id, d.state, d.version, d.submission, d.exam_level,
       d.exam_category_code, d.route, d.content, p.identity, b.binding_state, b.institution_id,
       b.probation_started_on,
       i.name AS institution_name, i.state AS institution_state, i.licence_valid_to, c.id AS cycle_id, c.year,
       c.state AS cycle_state, c.version AS cycle_version, c.declaration_opens_at, c.declaration_closes_at,
       c.review_deadline, c.filing_deadline, c.completion_deadline, c.registration_opens_at, c.registration_closes_at,
       c.leave_days, {SITE_COLUMNS}, f.file_ids, f.file_kinds, f.file_periods,
       s.supervisor_ids, s.supervisor_institutions, s.supervisor_levels, s.supervisor_categories,
       s.supervisor_multi_site, s.supervisor_active,
       d.catalogue_version,
       CASE WHEN d.submission > 0 THEN coalesce(d.rules_version, d.catalogue_version)
            ELSE greatest(d.catalogue_version, (
                SELECT max(u.catalogue_version) FROM rule_publication u
                WHERE u.cycle_id = d.cycle_id AND u.applied_at IS NOT NULL)) END AS rules_version,
       t.transitional_secondary, t.practice_cutoff, t.rural_text_zh, t.rural_text_en, t.version AS terms_version,
       (SELECT max(coalesce(a.until, 'infinity')) FROM ban a WHERE a.person_id = d.person_id AND a.lifted_at IS NULL)
           AS banned_until,
       r.returned_version, r.returned_reasons, r.answered,
       (SELECT max(n.version) FROM declaration_notice n WHERE n.cycle_id = d.cycle_id) AS notice_version,
       NULL::bigint AS drawn
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS wanted (declaration_id, person_id, place)
JOIN declaration d ON d.id = wanted.declaration_id AND d.person_id = wanted.person_id
JOIN cycle c ON c.id = d.cycle_id
LEFT JOIN eligibility_terms t ON t.cycle_id = c.id
LEFT JOIN known_person p ON p.person_id = d.person_id
    AND NOT EXISTS (SELECT FROM known_revoked_person r WHERE r.person_id = d.person_id)
LEFT JOIN LATERAL (
    SELECT k.state AS binding_state, k.institution_id, {REGISTERED_START} AS probation_started_on FROM known_binding k
    WHERE k.person_id = d.person_id AND k.state IN ('active', 'frozen') ORDER BY k.bound_at DESC LIMIT 1
) b ON true
LEFT JOIN known_institution i ON i.institution_id = b.institution_id {SITE_OF_UNIT}
CROSS JOIN LATERAL (
    SELECT array_agg(k.id) AS file_ids, array_agg(k.kind) AS file_kinds, array_agg(k.period_id) AS file_periods
    FROM declaration_document k WHERE k.declaration_id = d.id AND k.deleted_at IS NULL
) f
CROSS JOIN LATERAL (
    SELECT array_agg(k.supervisor_id) AS supervisor_ids, array_agg(k.institution_id) AS supervisor_institutions,
           array_agg(k.certificate_level) AS supervisor_levels, array_agg(k.category_code) AS supervisor_categories,
           array_agg(k.multi_site) AS supervisor_multi_site, array_agg(k.active) AS supervisor_active
    FROM unnest(d.supervisor_ids) AS picked (id) JOIN known_supervisor k ON k.supervisor_id = picked.id
) s
LEFT JOIN LATERAL (
    SELECT e.version AS returned_version, e.reasons AS returned_reasons,
           ARRAY(SELECT a.place FROM reason_answer a
                 WHERE a.declaration_id = e.declaration_id AND a.version = e.version) AS answered
    FROM declaration_event e
    WHERE d.state = 'returned' AND e.declaration_id = d.id AND e.action = 'return_for_modification'
    ORDER BY e.version DESC LIMIT 1
) r ON true
"""
# Before its first submission a declaration draws a receipt number from the sequence of its year; a number drawn for a
# submission that is refused stays unused.
_SELECT_TO_SUBMIT: Final = _SELECT.replace(
    "NULL::bigint AS drawn",
    "CASE WHEN d.number IS NULL THEN nextval(('declaration_number_' || d.cycle_year)::regclass) END AS drawn",
)
# Written only over the versions that were judged: the guard refuses the window when somebody was faster.
_SUBMIT: Final = """
decided AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::integer[], $7::boolean[],
                         $8::smallint[], $9::timestamptz[], $10::bytea[], $11::uuid[], $12::text[], $13::text[],
                         $14::integer[])
    AS o (id, judged, number, institution_id, institution_name, notice_version, fresh_graduate, probation_months, at,
          content, actor_id, role, from_state, rules_version)
), submitted AS (
    UPDATE declaration d
    SET state = 'submitted', version = d.version + 1, submission = d.submission + 1, number = o.number,
        institution_id = o.institution_id, institution_name = o.institution_name, notice_version = o.notice_version,
        fresh_graduate = o.fresh_graduate, probation_months = o.probation_months, submitted_at = o.at,
        rules_version = o.rules_version,
        updated_at = o.at, claimed_by = NULL, claimed_until = NULL, decided_by = NULL, decided_at = NULL,
        first_approved_by = NULL, first_approved_person_id = NULL, first_approved_at = NULL
    FROM decided o WHERE d.id = o.id AND d.version = o.judged
    RETURNING d.id, d.version, d.submission, d.catalogue_version, d.rules_version, d.exam_level, d.exam_category_code,
              o.institution_id, o.institution_name, o.notice_version, o.at, o.content, o.actor_id, o.role, o.from_state
), kept AS (
    INSERT INTO declaration_snapshot (declaration_id, submission, version, institution_id, content, catalogue_version,
                                      notice_version, submitted_at, exam_level, exam_category_code, institution_name,
                                      rules_version)
    SELECT id, submission, version, institution_id, content, catalogue_version, notice_version, at, exam_level,
           exam_category_code, institution_name, rules_version FROM submitted
), recorded AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
    SELECT id, version, at, 'submit', actor_id, role, from_state, 'submitted' FROM submitted
)"""
_SUBMITTED: Final = "(SELECT count(*) FROM submitted) = cardinality($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Unit:
    """The institution a submission goes to, as its open binding says."""

    id: InstitutionId
    name: str
    state: str
    licence_valid_to: date | None
    binding_state: str
    probation_started_on: date | None
    """As registered when the probation began, with the binding or for its evaluation (B17)."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The return that a draft answers: its step of the timeline, its sealed reasons, the places that have an answer."""

    version: int
    reasons: bytes | None
    answered: frozenset[int]


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the decision about a submission needs. `identity` and `content` are sealed; `unit` is None without an
    open binding (or while its institution is not known here yet), `identity` without a verification. The lists are
    those of `catalogue_version`, from the beginning on. Before the first submission `rules_version` follows the rules
    published for the year; afterwards it is what was judged by."""

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
    rules_version: int
    identity: bytes | None
    unit: Unit | None
    cycle: Cycle
    files: tuple[FileRef, ...]
    roster: dict[UUID, Supervisor]
    notice_version: int | None
    terms: EligibilityTerms
    banned_until: date | None
    returned: Returned | None = None

    @property
    def versions(self) -> tuple[int, int]:
        """Of the lists and of the rules that judge it."""
        return self.catalogue_version, self.rules_version


@dataclass(frozen=True, slots=True)
class Handover:
    """What a submission writes over the version of `case`. `content` is the sealed snapshot."""

    case: Case
    actor: Actor
    at: datetime
    unit: Unit
    notice_version: int
    fresh_graduate: bool
    probation_months: int
    warnings: tuple[str, ...]
    content: bytes


async def select_to_submit(reader: Reader, owned: Sequence[tuple[UUID, UUID]]) -> list[Case | None]:
    """Candidates' own declarations by (declaration, person), with all they are judged by and their numbers drawn; None
    where there is no such declaration of that person."""
    return await _select(reader, _SELECT_TO_SUBMIT, owned)


async def select(reader: Reader, declaration_id: UUID, person_id: UUID) -> Case:
    """The same of one declaration for the preview, no number drawn. Raises NotFound."""
    (case,) = await _select(reader, _SELECT, [(declaration_id, person_id)])
    if case is None:
        raise NotFound
    return case


async def select_many(reader: Reader, owned: Sequence[tuple[UUID, UUID]]) -> list[Case | None]:
    """The same of several declarations by (declaration, person), no number drawn."""
    return await _select(reader, _SELECT, owned)


async def _select(reader: Reader, query: str, owned: Sequence[tuple[UUID, UUID]]) -> list[Case | None]:
    cases: list[Case | None] = [None] * len(owned)
    for row in await reader.fetch(query, *map(list, zip(*owned, strict=True))):
        cases[row["place"] - 1] = _case(row)
    return cases


def insert(window: Window, handovers: Sequence[Handover]) -> None:
    """Write states, numbers, snapshots and timelines with the commit of the window."""
    columns = (
        [h.case.id for h in handovers],
        [h.case.version for h in handovers],
        [h.case.number for h in handovers],
        [h.unit.id for h in handovers],
        [h.unit.name for h in handovers],
        [h.notice_version for h in handovers],
        [h.fresh_graduate for h in handovers],
        [h.probation_months for h in handovers],
        [h.at for h in handovers],
        [h.content for h in handovers],
        [h.actor.id for h in handovers],
        [h.actor.role for h in handovers],
        [h.case.state.value for h in handovers],
        [h.case.rules_version for h in handovers],
    )
    window.write(_SUBMIT, _SUBMITTED, *columns)


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
        rules_version=row["rules_version"],
        identity=row["identity"],
        unit=_unit(row),
        cycle=held_cycle_of(row, "cycle_"),
        files=tuple(map(FileRef, row["file_ids"] or (), row["file_kinds"] or (), row["file_periods"] or ())),
        roster=_roster(row),
        notice_version=row["notice_version"],
        terms=terms_of(row),
        banned_until=row["banned_until"],
        returned=_returned(row),
    )


def _numbered(row: Row) -> str | None:
    return None if row["drawn"] is None else f"D{row['year']}-{row['drawn']:06d}"


def _returned(row: Row) -> Returned | None:
    if row["returned_version"] is None:
        return None
    return Returned(row["returned_version"], row["returned_reasons"], frozenset(row["answered"]))


def _unit(row: Row) -> Unit | None:
    if row["institution_id"] is None or row["institution_state"] is None:
        return None
    return Unit(
        InstitutionId(row["institution_id"]),
        row["institution_name"],
        row["institution_state"],
        row["licence_valid_to"],
        row["binding_state"],
        row["probation_started_on"],
    )


def _roster(row: Row) -> dict[UUID, Supervisor]:
    columns = ("ids", "institutions", "levels", "categories", "multi_site", "active")
    entries = zip(*(row[f"supervisor_{column}"] or () for column in columns), strict=True)
    return {values[0]: Supervisor(*values) for values in entries}
