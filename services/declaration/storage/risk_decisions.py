"""Rows of `risk_decision`: what exam bodies decided about hits, why, and when; never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.risk.hit import Decision
from services.declaration.storage.risk_hits import HitState
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Transaction

_LOCK_IN_SCOPE: Final = """
SELECT id, rule, institution_id, state, version FROM risk_hit
WHERE id = $1 AND body_path @> ARRAY[$2::uuid] FOR UPDATE
"""
_DECIDE: Final = """
WITH decided AS (
    UPDATE risk_hit SET state = $2, version = version + 1, decided_at = $5 WHERE id = $1 RETURNING id, version
), recorded AS (
    INSERT INTO risk_decision (hit_id, version, decision, reason, decided_by, role, decided_at)
    SELECT id, version, $2, $3, $4, $6, $5 FROM decided
)
SELECT version FROM decided
"""
_SELECT: Final = """
SELECT version, decision, reason, decided_by, role, decided_at FROM risk_decision WHERE hit_id = $1 ORDER BY version
"""


@dataclass(frozen=True, slots=True)
class LockedHit:
    """A hit that is about to be decided."""

    id: UUID
    rule: str
    institution_id: UUID
    state: HitState
    version: int


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision; `reason` is sealed."""

    version: int
    decision: Decision
    reason: bytes
    decided_by: UUID
    role: str
    decided_at: datetime


def reason_place(hit_id: UUID, version: int) -> str:
    """Where the sealed reason belongs."""
    return f"risk_decision.reason:{hit_id}/{version}"


async def lock_in_scope(tx: Transaction, hit_id: UUID, exam_body_id: UUID | None, expected_version: int) -> LockedHit:
    """A hit below an exam body. Raises NotFound, StaleVersion."""
    if (row := await tx.fetchrow(_LOCK_IN_SCOPE, hit_id, exam_body_id)) is None:
        raise NotFound
    hit = LockedHit(**row)
    if hit.version != expected_version:
        raise StaleVersion(current=hit.version, state=hit.state)
    return hit


async def insert(
    tx: Transaction, hit_id: UUID, decision: Decision, reason: bytes, by: UUID, role: str, at: datetime
) -> int:
    """Write the decision about a locked hit; the hit's new version."""
    version: int = await tx.fetchval(_DECIDE, hit_id, decision, reason, by, at, role)
    return version


async def select_of_hit(reader: Reader, hit_id: UUID) -> list[DecisionRow]:
    """All of a hit, in order. Access to the hit was checked by its own select."""
    return [DecisionRow(**row) for row in await reader.fetch(_SELECT, hit_id)]
