"""Rows of `institution_entry`: what an institution entered for a person, and whether the person took it over (B3).

Confirmed is not written anywhere: it is the person's own submission to that institution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.content import CONTENT, Content
from services.declaration.storage.declarations import DATA_CLASS
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal, seal_text, unseal, unseal_text

_INSERT: Final = """
INSERT INTO institution_entry (declaration_id, institution_id, entered_by, entered_at, content, entered_person_id)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_COLUMNS: Final = """
SELECT e.declaration_id, e.institution_id, d.institution_name, e.entered_by, e.entered_at, e.declined_at,
       e.decline_code, e.decline_text, e.content, d.cycle_id, d.cycle_year, d.exam_level, d.exam_category_code, d.route,
       d.version, p.name_masked, p.document_no_masked, s.submitted_at AS confirmed_at,
       CASE WHEN e.declined_at IS NOT NULL THEN 'declined' WHEN s.submitted_at IS NOT NULL THEN 'confirmed'
            ELSE 'waiting' END AS state
FROM institution_entry e
JOIN declaration d ON d.id = e.declaration_id
LEFT JOIN known_person p ON p.person_id = d.person_id
LEFT JOIN LATERAL (
    SELECT min(k.submitted_at) AS submitted_at FROM declaration_snapshot k
    WHERE k.declaration_id = e.declaration_id AND k.institution_id = e.institution_id
) s ON true
"""
# An institution sees a person while bound to it, and what was handed in to it (section 2, rule 2).
_IN_SIGHT: Final = """
WHERE e.institution_id = $1 AND (s.submitted_at IS NOT NULL OR EXISTS (
    SELECT FROM known_binding b
    WHERE b.person_id = d.person_id AND b.institution_id = $1 AND b.state IN ('active', 'frozen')))
"""
_SELECT_PAGE: Final = f"""
SELECT * FROM ({_COLUMNS}{_IN_SIGHT}
  AND ($2::uuid IS NULL OR d.cycle_id = $2)
  AND ($4::timestamptz IS NULL OR e.entered_at < $4)
  AND ($5::bytea IS NULL OR p.name_index = $5 OR EXISTS (
        SELECT FROM known_person_document k WHERE k.person_id = d.person_id AND k.document_index = $6::bytea))
  AND ($7::timestamptz IS NULL OR (e.entered_at, e.declaration_id) > ($7, $8::uuid))
) AS entry
WHERE $3::text IS NULL OR state = $3
ORDER BY entered_at, declaration_id LIMIT $9
"""
_SELECT_IN_INSTITUTION: Final = f"{_COLUMNS}{_IN_SIGHT} AND e.declaration_id = $2"
_SELECT_OWN: Final = f"{_COLUMNS} WHERE d.person_id = $1 AND e.declaration_id = $2"
_SELECT_WAS_ENTERED_BY: Final = """
SELECT EXISTS (
    SELECT FROM institution_entry
    WHERE declaration_id = $1 AND (entered_by = $2 OR entered_person_id = $3) AND declined_at IS NULL)
"""
_DECLINE: Final = """
WITH declined AS (
    UPDATE institution_entry SET declined_at = $2, decline_code = $3, decline_text = $4 WHERE declaration_id = $1
    RETURNING declaration_id
)
UPDATE declaration SET origin = 'candidate_declaration' FROM declined WHERE id = declaration_id
"""
_HAS_OPEN_BINDING: Final = """
SELECT EXISTS (
    SELECT FROM known_binding WHERE person_id = $1 AND institution_id = $2 AND state = 'active')
"""


@dataclass(frozen=True, slots=True)
class InstitutionEntry:
    """An entry with what both sides see of it; `state` is waiting, confirmed or declined, `version` the declaration's.
    `content` and `decline_text` are sealed."""

    declaration_id: UUID
    institution_id: UUID
    institution_name: str
    entered_by: UUID
    entered_at: datetime
    declined_at: datetime | None
    decline_code: str | None
    decline_text: bytes | None
    content: bytes
    cycle_id: UUID
    cycle_year: int
    exam_level: str
    exam_category_code: str
    route: str
    version: int
    name_masked: str | None
    document_no_masked: str | None
    confirmed_at: datetime | None
    state: str

    def open_content(self, keyring: Keyring) -> Content:
        """What was entered. Raises SealBroken."""
        place = _place("content", self.declaration_id)
        return CONTENT.validate_json(unseal(keyring, DATA_CLASS, place, self.content))

    def open_decline_text(self, keyring: Keyring) -> str | None:
        """The person's own words. Raises SealBroken."""
        if self.decline_text is None:
            return None
        return unseal_text(keyring, DATA_CLASS, _place("decline_text", self.declaration_id), self.decline_text)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What to list; names and numbers by keyed index only (V48)."""

    institution_id: UUID
    cycle_id: UUID | None = None
    state: str | None = None
    entered_before: datetime | None = None
    name_index: bytes | None = None
    document_index: bytes | None = None


async def insert(
    tx: Transaction,
    keyring: Keyring,
    declaration_id: UUID,
    institution_id: UUID,
    content: Content,
    actor: Actor,
    at: datetime,
) -> None:
    """What was entered, kept as it was beside the draft."""
    sealed = seal(keyring, DATA_CLASS, _place("content", declaration_id), CONTENT.dump_json(content))
    await tx.execute(_INSERT, declaration_id, institution_id, actor.id, at, sealed, actor.person_id)


async def select_page(
    reader: Reader, wanted: EntryFilter, after: tuple[datetime | None, UUID | None], limit: int
) -> list[InstitutionEntry]:
    """Those of one institution, who waits longest first, after a position."""
    rows = await reader.fetch(
        _SELECT_PAGE,
        wanted.institution_id,
        wanted.cycle_id,
        wanted.state,
        wanted.entered_before,
        wanted.name_index,
        wanted.document_index,
        *after,
        limit,
    )
    return _entries(rows)


async def select_in_institution(reader: Reader, declaration_id: UUID, institution_id: UUID) -> InstitutionEntry:
    """One of the own ones. Raises NotFound."""
    return _one(await reader.fetch(_SELECT_IN_INSTITUTION, institution_id, declaration_id))


async def select_own(reader: Reader, declaration_id: UUID, person_id: UUID) -> InstitutionEntry:
    """What was entered for this person. Raises NotFound."""
    return _one(await reader.fetch(_SELECT_OWN, person_id, declaration_id))


async def select_was_entered_by(reader: Reader, declaration_id: UUID, actor: Actor) -> bool:
    """Whether this account, or another one of its person, entered a record that was not declined since."""
    entered: bool = await reader.fetchval(_SELECT_WAS_ENTERED_BY, declaration_id, actor.id, actor.person_id)
    return entered


async def select_is_bound(reader: Reader, person_id: UUID, institution_id: UUID) -> bool:
    """Whether the institution may enter something for the person at all."""
    bound: bool = await reader.fetchval(_HAS_OPEN_BINDING, person_id, institution_id)
    return bound


async def update_declined(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, code: str, text: str, at: datetime
) -> None:
    """Not taken over: from now on the declaration is the person's own."""
    sealed = seal_text(keyring, DATA_CLASS, _place("decline_text", declaration_id), text)
    await tx.execute(_DECLINE, declaration_id, at, code, sealed)


def _one(rows: Sequence[Row]) -> InstitutionEntry:
    if not rows:
        raise NotFound
    return _entries(rows)[0]


def _entries(rows: Sequence[Row]) -> list[InstitutionEntry]:
    return [InstitutionEntry(**row) for row in rows]


def _place(column: str, declaration_id: UUID) -> str:
    return f"institution_entry.{column}:{declaration_id}"
