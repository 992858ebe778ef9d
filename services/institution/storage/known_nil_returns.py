"""Table known_nil_return: units whose exam body accepted, for an exam year, that they had nobody to file (4.7). An
accepted main list is final, so a row never changes."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO known_nil_return (institution_id, cycle_year, list_id, accepted_at) VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT pk__known_nil_return__institution_id_cycle_year DO NOTHING
"""


async def insert(tx: Transaction, institution_id: UUID, cycle_year: int, list_id: UUID, at: datetime) -> None:
    """Once, however often it is heard."""
    await tx.execute(_INSERT, institution_id, cycle_year, list_id, at)
