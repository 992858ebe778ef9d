"""Rows of `known_institution`: the library as this service knows it, learned from institution's events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import orjson

from shared.contracts.institution import InstitutionChanged
from shared.postgres.transaction import Reader, Row, Transaction

KNOWN: Final = "SELECT institution_id AS id FROM known_institution"
"""What is known of it, to compare with what was told (M11)."""
_UPSERT: Final = """
INSERT INTO known_institution AS known (institution_id, version, state, name, credit_code, registration_no,
    institution_type, grade, division_code, address, filing_body_id, filing_body_path, licence_valid_from,
    licence_valid_to, profile_complete, departments, physicians)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::text::jsonb)
ON CONFLICT (institution_id) DO UPDATE
SET version = excluded.version, state = excluded.state, name = excluded.name, credit_code = excluded.credit_code,
    registration_no = excluded.registration_no, institution_type = excluded.institution_type, grade = excluded.grade,
    division_code = excluded.division_code, address = excluded.address, filing_body_id = excluded.filing_body_id,
    filing_body_path = excluded.filing_body_path, licence_valid_from = excluded.licence_valid_from,
    licence_valid_to = excluded.licence_valid_to, profile_complete = excluded.profile_complete,
    departments = excluded.departments, physicians = excluded.physicians
WHERE known.version < excluded.version
"""
_SELECT_MANY: Final = """
SELECT institution_id, state, name, registration_no, grade, division_code, licence_valid_from, licence_valid_to,
       profile_complete
FROM known_institution WHERE institution_id = ANY ($1::uuid[])
"""

_SELECT_LISTED_NAMES: Final = """
SELECT DISTINCT name FROM known_institution WHERE name = ANY ($1::text[]) AND state NOT IN ('merged', 'closed')
"""


@dataclass(frozen=True, slots=True)
class KnownInstitution:
    """What decisions about a declaration need to know of an institution."""

    institution_id: UUID
    state: str
    name: str
    registration_no: str | None
    grade: str | None
    division_code: str
    licence_valid_from: date | None
    licence_valid_to: date | None
    profile_complete: bool


async def upsert(tx: Transaction, event: InstitutionChanged) -> None:
    """Newer wins."""
    await tx.execute(
        _UPSERT,
        event.institution_id,
        event.aggregate_version,
        event.state,
        event.name,
        event.credit_code,
        event.registration_no,
        event.institution_type,
        event.grade,
        event.division_code,
        event.address,
        event.filing_body_id,
        list(event.filing_body_path),
        event.licence_valid_from,
        event.licence_valid_to,
        event.profile_complete,
        event.departments,
        None if event.physicians is None else orjson.dumps(event.physicians).decode(),
    )


async def select_many(reader: Reader, institution_ids: Sequence[UUID]) -> dict[UUID, KnownInstitution]:
    """Those of the ids that are known."""
    rows: list[Row] = await reader.fetch(_SELECT_MANY, list(institution_ids))
    return {row["institution_id"]: KnownInstitution(**row) for row in rows}


async def select_listed_names(reader: Reader, names: Sequence[str]) -> set[str]:
    """Those of the names that an institution of the library has."""
    return {row["name"] for row in await reader.fetch(_SELECT_LISTED_NAMES, list(names))}
