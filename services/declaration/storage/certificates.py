"""Columns of table evaluation that hold an issued certificate: what is printed, where the file is, who may check it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationState
from shared.postgres.transaction import Reader, Transaction

_SELECT_SEALED: Final = "SELECT certificate FROM evaluation WHERE id = $1 AND state <> 'voided'"
_UPDATE_RENDERED: Final = "UPDATE evaluation SET certificate_key = $2, certificate_sha256 = $3 WHERE id = $1"
_SELECT_FILE: Final = """
SELECT id, certificate_no, certificate_key FROM evaluation
WHERE id = $1 AND institution_id = $2 AND certificate_no IS NOT NULL
"""
_SELECT_BY_NUMBER: Final = """
SELECT e.id, e.certificate_no, e.certificate_check, e.certificate, e.state, e.certified_at, d.cycle_year,
    d.state AS declaration_state,
    EXISTS (SELECT FROM evaluation n WHERE n.declaration_id = e.declaration_id AND n.id <> e.id
            AND n.certificate_no IS NOT NULL AND n.state <> 'voided') AS replaced
FROM evaluation e JOIN declaration d ON d.id = e.declaration_id
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
    """A certificate that somebody may hold who knows its check; `certificate` is the sealed form. `replaced`: another
    one of the same declaration was issued and not voided."""

    id: UUID
    certificate_no: str
    certificate_check: str
    certificate: bytes
    state: EvaluationState
    certified_at: datetime
    cycle_year: int
    declaration_state: str
    replaced: bool


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
    return None if row is None else NumberedCertificate(**dict(row) | {"state": EvaluationState(row["state"])})
