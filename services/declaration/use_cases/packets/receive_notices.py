"""Notification says what was told about a declaration: kept beside the packet that waits for it (C6)."""

from services.declaration.storage import packet_notices
from shared.contracts.notification import PacketNoticesTold
from shared.postgres.transaction import Transaction


async def receive_notices(tx: Transaction, told: PacketNoticesTold) -> None:
    """An answer to a packet that is over comes too late, and is let go."""
    if await packet_notices.lock_waiting(tx, told.packet_id):
        await packet_notices.insert(tx, told)
