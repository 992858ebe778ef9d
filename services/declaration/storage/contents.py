"""The sealed content of a draft, in the row of its declaration."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.content import CONTENT, Content
from services.declaration.storage.declarations import DATA_CLASS
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal

_SELECT: Final = "SELECT content FROM declaration WHERE id = $1"
# Which sections a change touched is kept in the same statement.
_MARKED: Final = """, marked AS (
    INSERT INTO draft_section AS kept (declaration_id, section, version, saved_at)
    SELECT saved.id, changed.section, saved.version, $2 FROM saved, unnest($3::text[]) AS changed (section)
    ON CONFLICT (declaration_id, section) DO UPDATE SET version = excluded.version, saved_at = excluded.saved_at
)
SELECT version FROM saved
"""
_UPDATE: Final = f"""
WITH saved AS (
    UPDATE declaration
    SET content = $4, supervisor_ids = $5, fresh_graduate = $6, version = version + 1, updated_at = $2
    WHERE id = $1 RETURNING id, version
){_MARKED}"""
# What changes beside a submission that waits voids the word of a first reviewer, who judged what stood before.
_TOUCH: Final = f"""
WITH saved AS (
    UPDATE declaration
    SET version = version + 1, updated_at = $2, first_approved_by = NULL, first_approved_person_id = NULL,
        first_approved_at = NULL
    WHERE id = $1 RETURNING id, version
){_MARKED}"""


def place(declaration_id: UUID) -> str:
    """Where the sealed content belongs."""
    return f"declaration.content:{declaration_id}"


def open_content(keyring: Keyring, declaration_id: UUID, sealed: bytes | None) -> Content:
    """The content in clear; empty before the first save. Raises SealBroken."""
    return CONTENT.validate_json(unseal_content(keyring, declaration_id, sealed))


def unseal_content(keyring: Keyring, declaration_id: UUID, sealed: bytes | None) -> bytes:
    """The JSON of the content; of an empty one before the first save. Raises SealBroken."""
    return b"{}" if sealed is None else unseal(keyring, DATA_CLASS, place(declaration_id), sealed)


async def select(reader: Reader, keyring: Keyring, declaration_id: UUID) -> Content:
    """What the candidate saved last. Access to the declaration was checked by its own select."""
    return open_content(keyring, declaration_id, await reader.fetchval(_SELECT, declaration_id))


async def update(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, content: Content, sections: Sequence[str], at: datetime
) -> int:
    """Save the content of a locked declaration, of which `sections` changed; the new version."""
    sealed = seal(keyring, DATA_CLASS, place(declaration_id), CONTENT.dump_json(content))
    version: int = await tx.fetchval(
        _UPDATE, declaration_id, at, list(sections), sealed, content.supervisor_ids, content.fresh_graduate
    )
    return version


async def touch(tx: Transaction, declaration_id: UUID, at: datetime, sections: Sequence[str] = ()) -> int:
    """A file or a word about an earlier row came or went: the new version of a locked declaration, so that a parallel
    submission is stale; the word of a first reviewer is void."""
    version: int = await tx.fetchval(_TOUCH, declaration_id, at, list(sections))
    return version
