"""Finding people by keyed hashes of what is known of them: one human being may hold two documents (5.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader
from shared.security.blind_index import BlindIndex

# What agrees is said with every hit; the person asked about is no duplicate of himself.
_SELECT: Final = """
SELECT p.person_id, v.state, v.version, v.since, d.document_type, d.name_masked, d.document_no_masked,
       d.state AS document_state, d.name_index = ANY($1) AS same_name, d.name_and_birth_index = ANY($2) AS same_birth,
       p.phone_index = ANY($3) AS same_phone, d.document_index = ANY($4) AS same_document
FROM person p
JOIN identity_verification v ON v.person_id = p.person_id
LEFT JOIN identity_document d ON d.person_id = p.person_id
WHERE (d.name_index = ANY($1) OR d.name_and_birth_index = ANY($2) OR p.phone_index = ANY($3)
       OR d.document_index = ANY($4))
  AND ($5::uuid IS NULL OR p.person_id <> $5)
ORDER BY (d.name_and_birth_index = ANY($2)) DESC NULLS LAST, d.verified_at DESC NULLS LAST, p.person_id LIMIT $6
"""


@dataclass(frozen=True, slots=True)
class PersonFound:
    """One document of a person that may be meant. A `same_...` is None where nothing was asked or is known."""

    person_id: UUID
    state: str
    version: int
    since: datetime
    document_type: str | None
    name_masked: str | None
    document_no_masked: str | None
    document_state: str | None
    same_name: bool | None
    same_birth: bool | None
    same_phone: bool | None
    same_document: bool | None


@dataclass(frozen=True, slots=True)
class SearchIndexes:
    """What is looked for; None is not looked for. `name_and_birth` agrees only where both agree."""

    name: BlindIndex | None = None
    name_and_birth: BlindIndex | None = None
    phone: BlindIndex | None = None
    document: BlindIndex | None = None

    def forms(self) -> list[list[bytes] | None]:
        """Every form in which each may be stored."""
        wanted = (self.name, self.name_and_birth, self.phone, self.document)
        return [None if index is None else index.known for index in wanted]


async def select(reader: Reader, wanted: SearchIndexes, limit: int, *, but: UUID | None = None) -> list[PersonFound]:
    """Who may be meant, the likeliest first, at most `limit` documents."""
    rows = await reader.fetch(_SELECT, *wanted.forms(), but, limit)
    return [PersonFound(**dict(row)) for row in rows]
