"""Rows of `reason_answer`: what a candidate answered to each reason of a return, by the step that gave the reasons and
the place of the reason in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.storage.declarations import DATA_CLASS
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

Answer = Literal["changed", "explained"]

_SELECT_RETURN: Final = """
SELECT e.version, e.at, e.reasons FROM declaration_event e
WHERE e.declaration_id = $1 AND e.action = 'return_for_modification' AND e.version < $2
  AND ($3::uuid IS NULL OR $3 = (
        SELECT s.institution_id FROM declaration_snapshot s
        WHERE s.declaration_id = $1 AND s.version < e.version ORDER BY s.submission DESC LIMIT 1))
ORDER BY e.version DESC LIMIT 1
"""
_SELECT: Final = """
SELECT place, answer, explanation, answered_at FROM reason_answer
WHERE declaration_id = $1 AND version = $2 ORDER BY place
"""
_UPSERT: Final = """
INSERT INTO reason_answer (declaration_id, version, place, answer, explanation, answered_at)
SELECT $1, $2, a.place, a.answer, a.explanation, $6
FROM unnest($3::smallint[], $4::text[], $5::bytea[]) AS a (place, answer, explanation)
ON CONFLICT ON CONSTRAINT pk__reason_answer__declaration_id_version_place
DO UPDATE SET answer = excluded.answer, explanation = excluded.explanation, answered_at = excluded.answered_at
"""


@dataclass(frozen=True, slots=True)
class ReturnStep:
    """A step of the timeline that sent a declaration back; `reasons` is sealed, see use_cases.reviewing.reasons."""

    version: int
    at: datetime
    reasons: bytes | None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The answer to one reason; `explanation` is sealed."""

    place: int
    answer: Answer
    explanation: bytes | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to write, in clear."""

    place: int
    answer: Answer
    explanation: str


async def select_return(
    reader: Reader, declaration_id: UUID, before_version: int, institution_id: UUID | None = None
) -> ReturnStep | None:
    """The last return before a version of the declaration, or None; for a unit that of something handed in to it.
    Access was checked by the declaration's select."""
    row = await reader.fetchrow(_SELECT_RETURN, declaration_id, before_version, institution_id)
    return None if row is None else ReturnStep(**row)


async def select(reader: Reader, declaration_id: UUID, version: int) -> dict[int, AnswerRow]:
    """The answers to the reasons of a step, by place."""
    rows = await reader.fetch(_SELECT, declaration_id, version)
    return {row["place"]: AnswerRow(**row) for row in rows}


async def upsert(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, version: int, answers: Sequence[NewAnswer], at: datetime
) -> None:
    """Write answers; a later one takes the place of an earlier one."""
    sealed = [
        seal_text(keyring, DATA_CLASS, _place(declaration_id, version, one.place), one.explanation)
        if one.explanation
        else None
        for one in answers
    ]
    places, kinds = [one.place for one in answers], [one.answer for one in answers]
    await tx.execute(_UPSERT, declaration_id, version, places, kinds, sealed, at)


def open_explanation(keyring: Keyring, declaration_id: UUID, version: int, row: AnswerRow) -> str:
    """What was written, or an empty text. Raises SealBroken."""
    if row.explanation is None:
        return ""
    return unseal_text(keyring, DATA_CLASS, _place(declaration_id, version, row.place), row.explanation)


def _place(declaration_id: UUID, version: int, place: int) -> str:
    return f"reason_answer.explanation:{declaration_id}/{version}/{place}"
