"""Table provisional_certificate: the fresh graduate's paper, one per evaluation, beside the certificate of the year."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.certificates import CertificateFile
from services.declaration.storage.evaluations import IssuedCertificate
from shared.postgres.transaction import Reader, Transaction

_INSERT: Final = """
INSERT INTO provisional_certificate
    (evaluation_id, certificate_no, certificate, certificate_check, issued_by, issued_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_SELECT_SEALED: Final = """
SELECT p.certificate FROM provisional_certificate p JOIN evaluation e ON e.id = p.evaluation_id
WHERE p.evaluation_id = $1 AND e.state <> 'voided'
"""
_UPDATE_RENDERED: Final = """
UPDATE provisional_certificate SET certificate_key = $2, certificate_sha256 = $3 WHERE evaluation_id = $1
"""
_SELECT_FILE: Final = """
SELECT e.id, p.certificate_no, p.certificate_key
FROM provisional_certificate p JOIN evaluation e ON e.id = p.evaluation_id
WHERE p.evaluation_id = $1 AND e.institution_id = $2
"""


async def insert(tx: Transaction, evaluation_id: UUID, paper: IssuedCertificate, by: UUID, at: datetime) -> None:
    """Raises asyncpg.UniqueViolationError when the evaluation has one."""
    await tx.execute(_INSERT, evaluation_id, paper.number, paper.sealed, paper.check, by, at)


async def select_sealed(reader: Reader, evaluation_id: UUID) -> bytes | None:
    """The sealed form, or None when there is none or its evaluation was voided."""
    sealed: bytes | None = await reader.fetchval(_SELECT_SEALED, evaluation_id)
    return sealed


async def update_rendered(tx: Transaction, evaluation_id: UUID, key: str, sha256: str) -> None:
    """Attach the rendered file."""
    await tx.execute(_UPDATE_RENDERED, evaluation_id, key, sha256)


async def select_file(reader: Reader, evaluation_id: UUID, institution_id: UUID | None) -> CertificateFile | None:
    """The institution's own paper, or None."""
    row = await reader.fetchrow(_SELECT_FILE, evaluation_id, institution_id)
    return None if row is None else CertificateFile(**dict(row))
