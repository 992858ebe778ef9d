"""Columns of table evaluation that hold an issued certificate: what is printed, where the file is, who may check it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_SELECT_SEALED: Final = "SELECT certificate FROM evaluation WHERE id = $1 AND state <> 'voided'"
_UPDATE_RENDERED: Final = "UPDATE evaluation SET certificate_key = $2, certificate_sha256 = $3 WHERE id = $1"
_SELECT_FILE: Final = """
SELECT id, certificate_no, certificate_key FROM evaluation
WHERE id = $1 AND institution_id = $2 AND certificate_no IS NOT NULL
"""
_SELECT_BY_NUMBER: Final = """
SELECT e.certificate_no, e.certificate_check, e.state, e.certified_at, d.cycle_year, d.institution_name, d.exam_level,
    d.exam_category_code, p.name_masked
FROM evaluation e JOIN declaration d ON d.id = e.declaration_id JOIN known_person p ON p.person_id = e.person_id
WHERE e.certificate_no = $1
"""


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """Where the printed certificate lies; None while it is being set."""

    id: UUID
    certificate_no: str
    certificate_key: str | None


@dataclass(frozen=True, slots=True)
class NumberedCertificate:
    """What is told to somebody who holds the paper, hence knows its check."""

    certificate_no: str
    certificate_check: str
    state: str
    certified_at: datetime
    cycle_year: int
    institution_name: str
    exam_level: str
    exam_category_code: str
    name_masked: str


async def select_sealed(reader: Reader, evaluation_id: UUID) -> bytes | None:
    """The sealed form, or None when there is none or it was voided."""
    sealed: bytes | None = await reader.fetchval(_SELECT_SEALED, evaluation_id)
    return sealed


async def update_rendered(tx: Transaction, evaluation_id: UUID, key: str, sha256: str) -> None:
    """Attach the rendered file."""
    await tx.execute(_UPDATE_RENDERED, evaluation_id, key, sha256)


async def select_file(reader: Reader, evaluation_id: UUID, institution_id: UUID | None) -> CertificateFile | None:
    """The institution's own certificate, or None."""
    row = await reader.fetchrow(_SELECT_FILE, evaluation_id, institution_id)
    return None if row is None else CertificateFile(**dict(row))


async def select_by_number(reader: Reader, number: str) -> NumberedCertificate | None:
    """The certificate with that number, whatever became of it."""
    row = await reader.fetchrow(_SELECT_BY_NUMBER, number)
    return None if row is None else NumberedCertificate(**dict(row))
