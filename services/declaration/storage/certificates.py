"""Columns of table evaluation that hold an issued certificate: what is printed, where the file is, who may check it.
Any certificate, provisional ones too, by its number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.certificate_standing import PaperFacts
from services.declaration.domain.evaluation import EvaluationState
from shared.postgres.transaction import Reader, Transaction

_SELECT_SEALED: Final = "SELECT certificate FROM evaluation WHERE id = $1 AND state <> 'voided'"
_UPDATE_RENDERED: Final = "UPDATE evaluation SET certificate_key = $2, certificate_sha256 = $3 WHERE id = $1"
_SELECT_FILE: Final = """
SELECT id, certificate_no, certificate_key FROM evaluation
WHERE id = $1 AND institution_id = $2 AND certificate_no IS NOT NULL
"""
_SELECT_BY_NUMBER: Final = """
SELECT e.id, n.certificate_check, n.certificate, n.issued_at, n.provisional, e.state,
    d.cycle_year, d.state AS declaration_state, c.completion_deadline,
    EXISTS (SELECT FROM evaluation o WHERE o.declaration_id = e.declaration_id AND o.id <> e.id AND o.state <> 'voided'
            AND (o.certificate_no IS NOT NULL
                 OR EXISTS (SELECT FROM provisional_certificate p WHERE p.evaluation_id = o.id))) AS replaced,
    e.submission <> d.submission OR e.institution_id <> d.institution_id AS outdated
FROM (
    SELECT id, certificate_check, certificate, certified_at AS issued_at, false AS provisional
    FROM evaluation WHERE certificate_no = $1
    UNION ALL
    SELECT evaluation_id, certificate_check, certificate, issued_at, true
    FROM provisional_certificate WHERE certificate_no = $1
) n
JOIN evaluation e ON e.id = n.id JOIN declaration d ON d.id = e.declaration_id JOIN cycle c ON c.id = d.cycle_id
"""


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """Where the printed certificate lies; None while it is being set."""

    id: UUID
    certificate_no: str
    certificate_key: str | None


@dataclass(frozen=True, slots=True)
class NumberedCertificate:
    """A certificate, of the year or provisional, that somebody may hold who knows its check; `id` is its evaluation's,
    `certificate` the sealed form."""

    id: UUID
    certificate_check: str
    certificate: bytes
    issued_at: datetime
    facts: PaperFacts


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
    if row is None:
        return None
    facts = PaperFacts(
        provisional=row["provisional"],
        state=EvaluationState(row["state"]),
        declaration_state=row["declaration_state"],
        cycle_year=row["cycle_year"],
        completion_deadline=row["completion_deadline"],
        replaced=row["replaced"],
        outdated=row["outdated"],
    )
    return NumberedCertificate(row["id"], row["certificate_check"], row["certificate"], row["issued_at"], facts)
