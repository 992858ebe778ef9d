"""Rows of `declaration`, and the moves that also write its timeline."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.declaration import KEEP_FIRST_APPROVAL, WAITING, Action, State
from services.declaration.domain.second_look import FirstApproval
from services.declaration.storage.unit_sight import IN_SIGHT
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.ids import CycleId, DeclarationId, InstitutionId, PersonId, StaffId
from shared.postgres.transaction import Reader, Row, Transaction

DATA_CLASS: Final = "declaration"

_SELECT_OWN: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE id = $1 AND person_id = $2
"""
_SELECT_ALL_OWN: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE person_id = $1 ORDER BY cycle_year DESC
"""
_SELECT_IN_INSTITUTION: Final = f"""
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration d WHERE id = $2 AND {IN_SIGHT}
"""
_LOCK_OWN: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE id = $1 AND person_id = $2 FOR UPDATE
"""
_LOCK_IN_INSTITUTION: Final = f"""
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration d WHERE id = $2 AND {IN_SIGHT}
FOR UPDATE OF d
"""
_LOCK: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE id = $1 FOR UPDATE
"""
_LOCK_ALL_OF_PERSON: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE person_id = $1 ORDER BY id FOR UPDATE
"""
_LOCK_OF_CYCLE: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE person_id = $1 AND cycle_id = $2 FOR UPDATE
"""
# The newest change of the year's dates, of which a person who begins now has read; the nil id where there was none. The
# row of the year is locked by an earlier statement, so that no change is under way.
_INSERT: Final = """
WITH created AS (
    INSERT INTO declaration (id, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version,
        exam_level, exam_category_code, route, origin, catalogue_version, created_at, updated_at, dates_as_of)
    VALUES ($1, $2, $3, $4, $5, $6, 'draft', 1, $7, $8, $9, $10, $11, $12, $12, coalesce((
        SELECT a.id FROM announcement a WHERE a.cycle_id = $3 ORDER BY a.id DESC LIMIT 1),
        '00000000-0000-0000-0000-000000000000'))
    ON CONFLICT ON CONSTRAINT uq__declaration__person_id_cycle_id DO NOTHING
    RETURNING id, version
)
INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
SELECT id, version, $12, 'create', $13, $14, NULL, 'draft' FROM created
"""
_MOVE: Final = """
WITH moved AS (
    UPDATE declaration
    SET state = $2, version = version + 1, updated_at = $3, claimed_by = $4, claimed_until = $5,
        decided_by = CASE $6::text WHEN 'set' THEN $7 WHEN 'clear' THEN NULL ELSE decided_by END,
        decided_at = CASE $6::text WHEN 'set' THEN $3 WHEN 'clear' THEN NULL ELSE decided_at END,
        first_approved_by = CASE WHEN $13 THEN first_approved_by END,
        first_approved_person_id = CASE WHEN $13 THEN first_approved_person_id END,
        first_approved_at = CASE WHEN $13 THEN first_approved_at END
    WHERE id = $1
    RETURNING id, version
), recorded AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state,
                                   reason_codes, reasons)
    SELECT id, version, $3, $8, $7, $9, $10, $2, $11::text[], $12::bytea FROM moved
)
SELECT version FROM moved
"""
# A new start takes the catalogue of now, lists and rules.
_UPDATE_CHOICE: Final = """
UPDATE declaration
SET exam_level = $2, exam_category_code = $3, route = $4, institution_id = $5, institution_name = $6,
    catalogue_version = $7, rules_version = CASE WHEN catalogue_version = $7 THEN rules_version END
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration without its content. While it is editable, the unit shown is the one of the last submission or
    of the creation: the open binding says where it would go now."""

    id: DeclarationId
    number: str | None
    person_id: PersonId
    cycle_id: CycleId
    cycle_year: int
    institution_id: InstitutionId
    institution_name: str
    state: State
    version: int
    exam_level: str
    exam_category_code: str
    route: str
    fresh_graduate: bool
    probation_months: int | None
    submission: int
    catalogue_version: int
    notice_version: int | None
    claimed_by: StaffId | None
    claimed_until: datetime | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    first_approved_by: StaffId | None = None
    first_approved_person_id: PersonId | None = None
    first_approved_at: datetime | None = None

    @property
    def first_approval(self) -> FirstApproval | None:
        """What one reviewer said while it waits for a second one; of nothing else."""
        if self.state not in WAITING or self.first_approved_by is None or self.first_approved_at is None:
            return None
        return FirstApproval(self.first_approved_by, self.first_approved_person_id, self.first_approved_at)

    @property
    def first_approval_facts(self) -> dict[str, str]:
        """For an audit entry about a step that uses it or makes it void."""
        return {} if (first := self.first_approval) is None else {"first_approval_by": str(first.by)}

    def without_first_approval(self) -> "Declaration":
        """As it is once that was used or is void."""
        return replace(self, first_approved_by=None, first_approved_person_id=None, first_approved_at=None)


@dataclass(frozen=True, slots=True)
class Move:
    """One step of the state machine as it is written. `reasons` is sealed text. `decision`: set stamps the actor as
    decider, clear takes the stamp off, keep leaves it."""

    action: Action
    to_state: State
    decision: Literal["set", "clear", "keep"] = "keep"
    claimed_by: UUID | None = None
    claimed_until: datetime | None = None
    reason_codes: Sequence[str] = ()
    reasons: bytes | None = None


async def select_own(reader: Reader, declaration_id: UUID, person_id: UUID) -> Declaration:
    """A candidate's own one. Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT_OWN, declaration_id, person_id))


async def select_all_own(reader: Reader, person_id: UUID) -> list[Declaration]:
    """All of a candidate, newest year first."""
    return [_found(row) for row in await reader.fetch(_SELECT_ALL_OWN, person_id)]


async def select_in_institution(reader: Reader, declaration_id: UUID, institution_id: UUID) -> Declaration:
    """One that this institution sees: handed in to it last. Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT_IN_INSTITUTION, institution_id, declaration_id))


async def lock_own(tx: Transaction, declaration_id: UUID, person_id: UUID, expected_version: int | None) -> Declaration:
    """A candidate's own one; None expects no version. Raises NotFound, StaleVersion."""
    return _at_version(_found(await tx.fetchrow(_LOCK_OWN, declaration_id, person_id)), expected_version)


async def lock_in_institution(
    tx: Transaction, declaration_id: UUID, institution_id: UUID, expected_version: int
) -> Declaration:
    """One that this institution sees: handed in to it last. Raises NotFound, StaleVersion."""
    row = await tx.fetchrow(_LOCK_IN_INSTITUTION, institution_id, declaration_id)
    return _at_version(_found(row), expected_version)


async def lock(tx: Transaction, declaration_id: UUID) -> Declaration:
    """Any, for the system and for exam bodies whose scope was checked before. Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK, declaration_id))


async def lock_all_of_person(tx: Transaction, person_id: UUID) -> list[Declaration]:
    """All of a person, always in the same order."""
    return [_found(row) for row in await tx.fetch(_LOCK_ALL_OF_PERSON, person_id)]


async def lock_of_cycle(tx: Transaction, person_id: UUID, cycle_id: UUID) -> Declaration | None:
    """The one of a person and cycle, or None."""
    row = await tx.fetchrow(_LOCK_OF_CYCLE, person_id, cycle_id)
    return _found(row) if row is not None else None


async def insert(tx: Transaction, draft: Declaration, origin: str, actor: Actor) -> bool:
    """A draft with its first timeline entry, in a cycle held by `cycles.lock_shared`; False when the person has one in
    it already."""
    return bool(
        await tx.execute(
            _INSERT,
            draft.id,
            draft.person_id,
            draft.cycle_id,
            draft.cycle_year,
            draft.institution_id,
            draft.institution_name,
            draft.exam_level,
            draft.exam_category_code,
            draft.route,
            origin,
            draft.catalogue_version,
            draft.created_at,
            actor.id,
            actor.role,
        )
    )


async def update_state(tx: Transaction, declaration: Declaration, move: Move, actor: Actor, at: datetime) -> int:
    """Write a move of a locked declaration and its timeline entry; the new version."""
    version: int = await tx.fetchval(
        _MOVE,
        declaration.id,
        move.to_state.value,
        at,
        move.claimed_by,
        move.claimed_until,
        move.decision,
        actor.id,
        move.action.value,
        actor.role,
        declaration.state.value,
        list(move.reason_codes),
        move.reasons,
        move.action in KEEP_FIRST_APPROVAL,
    )
    return version


async def update_choice(tx: Transaction, draft: Declaration) -> None:
    """Write level, category, route, unit and catalogue of a locked declaration; the caller moves its version."""
    await tx.execute(
        _UPDATE_CHOICE,
        draft.id,
        draft.exam_level,
        draft.exam_category_code,
        draft.route,
        draft.institution_id,
        draft.institution_name,
        draft.catalogue_version,
    )


_COLUMNS: Final = tuple(field.name for field in fields(Declaration))


def _found(row: Row | None) -> Declaration:
    if row is None:
        raise NotFound
    return Declaration(**{**{name: row[name] for name in _COLUMNS}, "state": State(row["state"])})


def _at_version(declaration: Declaration, expected: int | None) -> Declaration:
    if expected is not None and declaration.version != expected:
        raise StaleVersion(current=declaration.version, state=declaration.state.value)
    return declaration
