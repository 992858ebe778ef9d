"""Rows of `risk_hit` as the job writes them: found, changed, found again, cleared. Decided ones stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.risk.rules import Subject
from shared.postgres.transaction import Reader, Row, Transaction

DATA_CLASS: Final = "declaration"
HitState = Literal["open", "cleared", "dismissed", "followed_up", "sanctioned"]

_SELECT_OF_SUBJECTS: Final = """
SELECT id, rule, subject_id, state, score, value, thresholds_version, evidence FROM risk_hit
WHERE cycle_id = $1 AND subject_id = ANY ($2::uuid[]) AND subject_kind = $3
"""
_INSERT: Final = """
INSERT INTO risk_hit (id, cycle_id, rule, subject_kind, subject_id, institution_id, person_id, body_path, state,
                      version, score, value, thresholds_version, evidence, found_at)
SELECT $1, $2, $3, $4, $5, $6, $7,
       coalesce((SELECT filing_body_path FROM known_institution WHERE institution_id = $6), '{}'), 'open', 1, $8, $9,
       $10, $11, $12
"""
# A decision may come between the job's reading and its writing: it stays.
_UPDATE: Final = """
UPDATE risk_hit SET state = 'open', version = version + 1, score = $2, value = $3, thresholds_version = $4,
       evidence = $5, institution_id = $6, cleared_at = NULL,
       body_path = coalesce((SELECT filing_body_path FROM known_institution WHERE institution_id = $6), body_path)
WHERE id = $1 AND state IN ('open', 'cleared')
"""
_CLEAR: Final = """
UPDATE risk_hit SET state = 'cleared', version = version + 1, cleared_at = $2
WHERE id = ANY ($1::uuid[]) AND state = 'open'
"""
# The exam body that an institution files with sees its hits, and those it filed with before do not (B18).
_UPDATE_BODIES: Final = """
UPDATE risk_hit h SET body_path = i.filing_body_path FROM known_institution i
WHERE i.institution_id = $1 AND h.institution_id = $1 AND h.body_path <> i.filing_body_path
"""


@dataclass(frozen=True, slots=True)
class KnownHit:
    """What is known of a subject already; `evidence` is sealed."""

    id: UUID
    rule: str
    subject_id: UUID
    state: HitState
    score: int
    value: int
    thresholds_version: int
    evidence: bytes

    @property
    def decided(self) -> bool:
        """An exam body has looked at it."""
        return self.state not in ("open", "cleared")


@dataclass(frozen=True, slots=True)
class NewHit:
    """A finding to be stored; `evidence` is sealed for `evidence_place(id)`."""

    id: UUID
    cycle_id: UUID
    rule: str
    subject_kind: Subject
    subject_id: UUID
    institution_id: UUID
    person_id: UUID | None
    score: int
    value: int
    thresholds_version: int
    evidence: bytes
    found_at: datetime


def evidence_place(hit_id: UUID) -> str:
    """Where the sealed evidence belongs."""
    return f"risk_hit.evidence:{hit_id}"


async def select_of_subjects(reader: Reader, cycle_id: UUID, kind: Subject, subjects: Sequence[UUID]) -> list[KnownHit]:
    """Every hit of these subjects, in whatever state."""
    return [_known(row) for row in await reader.fetch(_SELECT_OF_SUBJECTS, cycle_id, list(subjects), kind)]


async def insert(tx: Transaction, hits: Sequence[NewHit]) -> None:
    """Open them. The job holds their subjects, so that nobody else opens the same."""
    await tx.executemany(_INSERT, [tuple(getattr(one, name) for name in NewHit.__slots__) for one in hits])


async def update(tx: Transaction, hits: Sequence[NewHit]) -> None:
    """Write the newest finding of undecided ones; cleared ones are open again."""
    rows = [(one.id, one.score, one.value, one.thresholds_version, one.evidence, one.institution_id) for one in hits]
    await tx.executemany(_UPDATE, rows)


async def update_cleared(tx: Transaction, hit_ids: Sequence[UUID], at: datetime) -> None:
    """What they rested on is gone."""
    if hit_ids:
        await tx.execute(_CLEAR, list(hit_ids), at)


async def update_bodies(tx: Transaction, institution_id: UUID) -> None:
    """Hits follow their institution to the body it files with now."""
    await tx.execute(_UPDATE_BODIES, institution_id)


def _known(row: Row) -> KnownHit:
    return KnownHit(**{name: row[name] for name in KnownHit.__slots__})
