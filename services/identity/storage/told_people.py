"""Of whom neighbours were told, and what they were told, for those who lost it (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.identity.storage.identity_documents import IdentityDocument
from services.identity.storage.persons import Person
from shared.postgres.transaction import Reader
from shared.security.blind_index import BlindIndex

VERIFIED: Final = "SELECT DISTINCT person_id AS id FROM identity_document"
REVOKED: Final = "SELECT person_id AS id FROM identity_verification WHERE state = 'revoked'"
REACHABLE: Final = """
SELECT person_id AS id FROM person p WHERE phone_sealed IS NOT NULL OR state = 'closed'
    OR EXISTS (SELECT FROM wechat_credential w WHERE w.person_id = p.person_id)
"""
STAFF: Final = "SELECT staff_id AS id FROM staff_account"
KEYS: Final = "SELECT key_id AS id FROM signing_key WHERE retire_at > now()"

# A renewed document must still find its holder: all of them are told again, the newest last.
_SELECT_DOCUMENTS: Final = """
SELECT d.document_id, d.person_id, d.document_type, d.document_index, d.identity_sealed, d.name_masked,
       d.document_no_masked, d.valid_to, d.verified_at, d.country, coalesce(v.method, 'manual') AS method,
       p.version - count(*) OVER (PARTITION BY d.person_id)
           + row_number() OVER (PARTITION BY d.person_id ORDER BY d.verified_at, d.document_id) AS version
FROM identity_document d JOIN person p USING (person_id) LEFT JOIN identity_verification v USING (person_id)
WHERE d.person_id = ANY($1::uuid[]) ORDER BY d.person_id, d.verified_at, d.document_id
"""
_SELECT_REVOCATIONS: Final = """
SELECT v.person_id, p.version, v.reason_code, v.since AS revoked_at
FROM identity_verification v JOIN person p USING (person_id)
WHERE v.person_id = ANY($1::uuid[]) AND v.state = 'revoked'
"""
_SELECT_PEOPLE: Final = """
SELECT person_id, phone_sealed, language, state, version, email_sealed FROM person WHERE person_id = ANY($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class ToldDocument:
    """A document with the version under which it is told; the person's last one has the person's version."""

    document: IdentityDocument
    method: Literal["auto", "manual"]
    version: int


@dataclass(frozen=True, slots=True)
class ToldRevocation:
    """A verification that was taken away."""

    person_id: UUID
    version: int
    reason_code: str
    revoked_at: datetime


async def select_documents(reader: Reader, person_ids: Sequence[UUID]) -> list[ToldDocument]:
    """All documents these people hold or held."""
    told = []
    for row in await reader.fetch(_SELECT_DOCUMENTS, list(person_ids)):
        values = dict(row)
        method, version = values.pop("method"), values.pop("version")
        values["document_index"] = BlindIndex(values["document_index"])
        told.append(ToldDocument(IdentityDocument(**values), method, max(version, 1)))
    return told


async def select_revocations(reader: Reader, person_ids: Sequence[UUID]) -> list[ToldRevocation]:
    """Those of the people that were revoked."""
    return [ToldRevocation(**dict(row)) for row in await reader.fetch(_SELECT_REVOCATIONS, list(person_ids))]


async def select_people(reader: Reader, person_ids: Sequence[UUID]) -> list[tuple[Person, int]]:
    """These people with their versions."""
    rows = await reader.fetch(_SELECT_PEOPLE, list(person_ids))
    people = [dict(row) for row in rows]
    return [(Person(**{name: one[name] for name in one if name != "version"}), one["version"]) for one in people]
