"""Table `export_part`: what an export has gathered so far, sealed; it is gone when the file is there."""

import json
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.declaration.storage.declarations import DATA_CLASS
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_INSERT: Final = "INSERT INTO export_part (job_id, number, rows) VALUES ($1, $2, $3)"
_SELECT_NEXT: Final = """
SELECT number, rows FROM export_part WHERE job_id = $1 AND number > $2 ORDER BY number LIMIT 1
"""
_DELETE: Final = """
WITH notices AS (DELETE FROM packet_notice WHERE packet_id = $1) DELETE FROM export_part WHERE job_id = $1
"""


async def insert(tx: Transaction, keyring: Keyring, job_id: UUID, number: int, rows: Sequence[Sequence[str]]) -> None:
    """The key (job, number) is what makes gathering a part happen once."""
    sealed = seal_text(keyring, DATA_CLASS, _place(job_id, number), json.dumps(rows, ensure_ascii=False))
    await tx.execute(_INSERT, job_id, number, sealed)


async def select_next(reader: Reader, keyring: Keyring, job_id: UUID, after: int) -> tuple[int, list[list[str]]] | None:
    """(number, rows) of the part behind a number; None behind the last. Raises SealBroken."""
    if (row := await reader.fetchrow(_SELECT_NEXT, job_id, after)) is None:
        return None
    number: int = row["number"]
    return number, json.loads(unseal_text(keyring, DATA_CLASS, _place(job_id, number), row["rows"]))


async def delete(tx: Transaction, job_id: UUID) -> None:
    """What was gathered, or answered to a packet, is not needed any more."""
    await tx.execute(_DELETE, job_id)


def _place(job_id: UUID, number: int) -> str:
    return f"export_part.rows:{job_id}/{number}"
