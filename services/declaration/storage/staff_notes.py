"""Rows of `staff_note`: what reviewers of a unit write for each other, sealed. Nobody else sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.declarations import DATA_CLASS
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_SELECT: Final = """
SELECT id, author_id, note, written_at FROM staff_note
WHERE declaration_id = $1 AND institution_id = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4
"""
_INSERT: Final = """
INSERT INTO staff_note (id, declaration_id, institution_id, author_id, note, written_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class StaffNote:
    """One note in clear."""

    id: UUID
    author_id: UUID
    text: str
    written_at: datetime


async def select_page(
    reader: Reader, keyring: Keyring, declaration_id: UUID, institution_id: UUID, after: UUID | None, limit: int
) -> list[StaffNote]:
    """Of one unit, oldest first. Raises SealBroken."""
    rows = await reader.fetch(_SELECT, declaration_id, institution_id, after, limit)
    return [
        StaffNote(
            row["id"],
            row["author_id"],
            unseal_text(keyring, DATA_CLASS, _place(row["id"]), row["note"]),
            row["written_at"],
        )
        for row in rows
    ]


async def insert(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, institution_id: UUID, note: StaffNote
) -> None:
    """Keep a note."""
    sealed = seal_text(keyring, DATA_CLASS, _place(note.id), note.text)
    await tx.execute(_INSERT, note.id, declaration_id, institution_id, note.author_id, sealed, note.written_at)


def _place(note_id: UUID) -> str:
    return f"staff_note.note:{note_id}"
