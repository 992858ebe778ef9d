"""Table owner_request: when identity was asked to invite the owner of an institution, and by whom (C1)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO owner_request (request_id, institution_id, requested_by, requested_at) VALUES ($1, $2, $3, $4)
"""


async def insert(tx: Transaction, request_id: UUID, institution_id: UUID, requested_by: UUID, at: datetime) -> None:
    """Remember a request."""
    await tx.execute(_INSERT, request_id, institution_id, requested_by, at)
