"""Table institution_step: the way an institution came, step by step, with reasons (4.2, P4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT version, step, from_state, to_state, role, reason_code, note, taken_at
FROM institution_step WHERE institution_id = $1 ORDER BY version
"""
_INSERT: Final = """
INSERT INTO institution_step (institution_id, version, step, from_state, to_state, role, reason_code, note, taken_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


@dataclass(frozen=True, slots=True)
class InstitutionStep:
    """One step; `version` is the institution's afterwards, `role` whose account took it."""

    version: int
    step: str
    from_state: str | None
    to_state: str
    role: str
    reason_code: str | None
    note: str | None
    taken_at: datetime


async def select_all(reader: Reader, institution_id: UUID) -> list[InstitutionStep]:
    """All steps, the first one first; a life has few of them."""
    return [InstitutionStep(**dict(row)) for row in await reader.fetch(_SELECT, institution_id)]


async def insert(tx: Transaction, institution_id: UUID, step: InstitutionStep) -> None:
    """Add a step."""
    await tx.execute(
        _INSERT,
        institution_id,
        step.version,
        step.step,
        step.from_state,
        step.to_state,
        step.role,
        step.reason_code,
        step.note,
        step.taken_at,
    )
