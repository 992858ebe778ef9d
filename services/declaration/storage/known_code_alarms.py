"""Rows of `known_code_alarm`: windows in which many wrong confirmation codes were typed at an institution (F13)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO known_code_alarm (institution_id, at, wrong) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""


async def insert(tx: Transaction, institution_id: UUID, at: datetime, wrong: int) -> None:
    """The same alarm told twice is one."""
    await tx.execute(_INSERT, institution_id, at, wrong)
