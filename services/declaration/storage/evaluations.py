"""Table evaluation: one live evaluation per declaration, and how it is judged (4.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import STATE_ZH, EvaluationState
from services.declaration.domain.evaluation_errors import EvaluationStepNotAllowed
from shared.postgres.transaction import Reader, Row, Transaction

# The declaration is locked before its evaluation, everywhere. What was handed in to a former unit is not judged here.
_LOCK_SUBJECT: Final = """
SELECT d.id, d.number, d.person_id, d.institution_id, d.institution_name, d.cycle_id, d.cycle_year, d.state,
    d.version, d.submission, d.fresh_graduate, d.exam_level, d.route, d.exam_category_code,
    coalesce(k.name_zh, d.exam_category_code) AS category_name, s.content, i.profile_complete,
    i.state AS institution_state, i.division_code, i.filing_body_id, c.completion_deadline, c.leave_days,
    ARRAY(SELECT p.period_id FROM prior_confirmation p WHERE p.declaration_id = d.id
          AND p.state IN ('confirmed_by_current', 'confirmed_by_prior')) AS confirmed,
    EXISTS (SELECT FROM declaration_document f WHERE f.declaration_id = d.id AND f.deleted_at IS NULL
            AND f.kind = 'undertaking_letter') AS has_undertaking
FROM declaration d
JOIN declaration_snapshot s ON s.declaration_id = d.id AND s.submission = d.submission
    AND s.institution_id = d.institution_id
JOIN cycle c ON c.id = d.cycle_id
LEFT JOIN known_institution i ON i.institution_id = d.institution_id
LEFT JOIN LATERAL (
    SELECT c.name_zh FROM exam_category c
    WHERE c.catalogue_version = d.catalogue_version AND c.code = d.exam_category_code ORDER BY c.valid_from DESC LIMIT 1
) k ON true
WHERE d.id = $1 AND d.institution_id = $2 FOR UPDATE OF d
"""
_LOCK_LIVE: Final = "SELECT * FROM evaluation WHERE declaration_id = $1 AND state <> 'voided' FOR UPDATE"
_SELECT_LIVE: Final = """
SELECT e.* FROM evaluation e JOIN declaration d ON d.id = e.declaration_id
WHERE e.declaration_id = $1 AND e.institution_id = $2 AND e.state <> 'voided' AND e.submission = d.submission
"""
_SELECT_DECLARATION_OF: Final = "SELECT declaration_id FROM evaluation WHERE id = $1 AND institution_id = $2"
_INSERT: Final = """
INSERT INTO evaluation (id, declaration_id, submission, person_id, institution_id, cycle_id, state, version,
    months_counted, reason_code, opinion, decided_by, decided_at, updated_at, started_on, full_on, supervisor_ids)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12, $12, $13, $14, $15)
"""
_UPDATE_JUDGED: Final = """
UPDATE evaluation SET state = $2, version = version + 1, submission = $3, months_counted = $4, reason_code = $5,
    opinion = $6, decided_by = $7, decided_at = $8, updated_at = $8
WHERE id = $1 RETURNING version
"""
_UPDATE_STATE: Final = """
UPDATE evaluation SET state = $2, version = version + 1, updated_at = $3, void_reason = coalesce($4, void_reason)
WHERE id = $1 RETURNING version
"""
_UPDATE_CERTIFIED: Final = """
UPDATE evaluation SET version = version + 1, state = $4, certificate_no = $2, certified_at = $3,
    updated_at = $3, certificate = $5, certificate_check = $6
WHERE id = $1 RETURNING version
"""


@dataclass(frozen=True, slots=True)
class EvaluatedDeclaration:
    """A locked declaration with what its evaluation needs. `content` is the sealed snapshot; `confirmed` the earlier
    periods that count (4.5)."""

    id: UUID
    number: str
    person_id: UUID
    institution_id: UUID
    institution_name: str
    cycle_id: UUID
    cycle_year: int
    state: str
    version: int
    submission: int
    fresh_graduate: bool
    exam_level: str
    route: str
    exam_category_code: str
    category_name: str
    content: bytes
    profile_complete: bool
    institution_state: str
    division_code: str
    filing_body_id: UUID | None
    completion_deadline: datetime
    leave_days: int
    confirmed: frozenset[UUID]
    has_undertaking: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A stored evaluation; the opinion stays sealed. Before it is judged there is neither opinion nor decision."""

    id: UUID
    declaration_id: UUID
    institution_id: UUID
    submission: int
    state: EvaluationState
    version: int
    months_counted: int
    reason_code: str | None
    opinion: bytes | None
    certificate_no: str | None
    decided_at: datetime | None

    @property
    def judged_at(self) -> datetime:
        """When it was judged. Raises EvaluationStepNotAllowed for one that is not."""
        if self.decided_at is None:
            raise EvaluationStepNotAllowed(state=self.state, state_zh=STATE_ZH[self.state])
        return self.decided_at


@dataclass(frozen=True, slots=True)
class Begun:
    """What a declaration says of the probation; `full_on` None: not within a year after its exam year."""

    months_counted: int
    started_on: date
    full_on: date | None
    supervisor_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an evaluation says; `opinion` is sealed for its row."""

    state: EvaluationState
    submission: int
    months_counted: int
    reason_code: str | None
    opinion: bytes
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """Number, sealed form, and the random text in the QR code without which nobody is told about it."""

    number: str
    sealed: bytes
    check: str


async def lock_declaration(
    tx: Transaction, declaration_id: UUID, institution_id: UUID | None
) -> EvaluatedDeclaration | None:
    """The declaration to be evaluated, locked; None when it was never handed in to this institution."""
    if (row := await tx.fetchrow(_LOCK_SUBJECT, declaration_id, institution_id)) is None:
        return None
    values = dict(row)
    values["profile_complete"] = bool(values["profile_complete"])
    values["institution_state"] = values["institution_state"] or ""
    values["division_code"] = values["division_code"] or ""
    values["confirmed"] = frozenset(values["confirmed"])
    return EvaluatedDeclaration(**values)


async def lock_live(tx: Transaction, declaration_id: UUID) -> Evaluation | None:
    """The evaluation that counts for a declaration, locked, or None. Lock the declaration first."""
    row = await tx.fetchrow(_LOCK_LIVE, declaration_id)
    return None if row is None else evaluation_of(row)


async def select_declaration_of(tx: Transaction, evaluation_id: UUID, institution_id: UUID | None) -> UUID | None:
    """Which declaration an evaluation of this institution judges."""
    found: UUID | None = await tx.fetchval(_SELECT_DECLARATION_OF, evaluation_id, institution_id)
    return found


async def insert_evaluation(
    tx: Transaction, evaluation_id: UUID, declaration: EvaluatedDeclaration, begun: Begun, judgement: Judgement
) -> None:
    """A judgement of what nobody had registered or approved. Raises asyncpg.UniqueViolationError
    (uq__evaluation__live_declaration_id) if there is one."""
    await tx.execute(
        _INSERT,
        evaluation_id,
        declaration.id,
        judgement.submission,
        declaration.person_id,
        declaration.institution_id,
        declaration.cycle_id,
        judgement.state.value,
        judgement.months_counted,
        judgement.reason_code,
        judgement.opinion,
        judgement.by,
        judgement.at,
        begun.started_on,
        begun.full_on,
        list(begun.supervisor_ids),
    )


async def update_judged(tx: Transaction, evaluation_id: UUID, judgement: Judgement) -> int:
    """Write a judgement on an existing row; the new version."""
    version: int = await tx.fetchval(
        _UPDATE_JUDGED,
        evaluation_id,
        judgement.state.value,
        judgement.submission,
        judgement.months_counted,
        judgement.reason_code,
        judgement.opinion,
        judgement.by,
        judgement.at,
    )
    return version


async def update_state(
    tx: Transaction, evaluation_id: UUID, state: EvaluationState, at: datetime, void_reason: str | None = None
) -> int:
    """Move an evaluation; the new version."""
    version: int = await tx.fetchval(_UPDATE_STATE, evaluation_id, state.value, at, void_reason)
    return version


async def update_certified(
    tx: Transaction, evaluation_id: UUID, state: EvaluationState, certificate: IssuedCertificate, at: datetime
) -> int:
    """Give it its certificate; the new version."""
    version: int = await tx.fetchval(
        _UPDATE_CERTIFIED, evaluation_id, certificate.number, at, state.value, certificate.sealed, certificate.check
    )
    return version


async def select_live(reader: Reader, declaration_id: UUID, institution_id: UUID | None) -> Evaluation | None:
    """What this institution said about the last submission, or None."""
    row = await reader.fetchrow(_SELECT_LIVE, declaration_id, institution_id)
    return None if row is None else evaluation_of(row)


def evaluation_of(row: Row) -> Evaluation:
    """From a whole row of the table."""
    return Evaluation(
        id=row["id"],
        declaration_id=row["declaration_id"],
        institution_id=row["institution_id"],
        submission=row["submission"],
        state=EvaluationState(row["state"]),
        version=row["version"],
        months_counted=row["months_counted"],
        reason_code=row["reason_code"],
        opinion=row["opinion"],
        certificate_no=row["certificate_no"],
        decided_at=row["decided_at"],
    )
