"""Rows of `known_exempt_person`: who says to declare on another channel, learned from identity's events (A17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.contracts.identity import ExemptPerson
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text

DATA_CLASS: Final = "person"

_UPSERT: Final = """
INSERT INTO known_exempt_person AS known (person_id, version, state, kind, exam_year, document_type, document_index,
    person_sealed, changed_at, name_index)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (person_id) DO UPDATE
SET version = excluded.version, state = excluded.state, kind = excluded.kind, exam_year = excluded.exam_year,
    document_type = excluded.document_type, document_index = excluded.document_index,
    person_sealed = excluded.person_sealed, changed_at = excluded.changed_at, name_index = excluded.name_index
WHERE known.version < excluded.version
"""
_DELETE: Final = "DELETE FROM known_exempt_person WHERE person_id = ANY($1::uuid[])"
_SELECT_CHOSEN: Final = """
SELECT EXISTS (SELECT FROM known_exempt_person WHERE person_id = $1 AND state = 'chosen' AND exam_year = $2)
"""


@dataclass(frozen=True, slots=True)
class KnownExemptPerson:
    """One person's choice as it is now; `person_sealed`, document and indexes are None once taken back."""

    person_id: UUID
    version: int
    state: str
    kind: str
    exam_year: int
    document_type: str | None
    document_index: bytes | None
    person_sealed: bytes | None
    changed_at: datetime
    name_index: bytes | None


@dataclass(frozen=True, slots=True)
class ExemptFound:
    """Who said so of a document."""

    person_id: UUID
    person_sealed: bytes
    changed_at: datetime
    version: int


def person_place(person_id: UUID) -> str:
    """Where the sealed person belongs."""
    return f"known_exempt_person.person:{person_id}"


async def open_person(keyring: Keyring, found: ExemptFound) -> ExemptPerson:
    """What was said, in clear. Raises SealBroken, SubjectErased."""
    text = await open_text(keyring, DATA_CLASS, person_place(found.person_id), found.person_sealed)
    return ExemptPerson.model_validate_json(text)


async def upsert(tx: Transaction, person: KnownExemptPerson) -> None:
    """Newer wins."""
    await tx.execute(
        _UPSERT,
        person.person_id,
        person.version,
        person.state,
        person.kind,
        person.exam_year,
        person.document_type,
        person.document_index,
        person.person_sealed,
        person.changed_at,
        person.name_index,
    )


async def delete(tx: Transaction, person_ids: Sequence[UUID]) -> int:
    """Forget the choices of these people; how many there were (V58)."""
    return await tx.execute(_DELETE, person_ids)


async def select_has_chosen(reader: Reader, person_id: UUID, exam_year: int) -> bool:
    """Whether this person declares elsewhere in that exam year."""
    chosen: bool = await reader.fetchval(_SELECT_CHOSEN, person_id, exam_year)
    return chosen
