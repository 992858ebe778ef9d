"""Table exam_body_enquiry: the public telephone of an exam body (P4)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT e.phone FROM exam_body b JOIN exam_body_enquiry e ON e.exam_body_id = ANY (b.path)
WHERE b.id = $1 ORDER BY array_position(b.path, e.exam_body_id) DESC LIMIT 1
"""
_UPSERT: Final = """
INSERT INTO exam_body_enquiry (exam_body_id, phone, changed_at, changed_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (exam_body_id) DO UPDATE SET phone = excluded.phone, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by
"""


async def select_phone(reader: Reader, body_id: UUID) -> str | None:
    """Where people ring about a body: its own telephone, or that of the nearest body above that has one."""
    phone: str | None = await reader.fetchval(_SELECT, body_id)
    return phone


async def upsert(tx: Transaction, body_id: UUID, phone: str, by: UUID, now: datetime) -> None:
    """The telephone from now on."""
    await tx.execute(_UPSERT, body_id, phone, now, by)
