"""notification.packet_notices_told.v1"""

from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.packets.receive_notices import receive_notices
from shared.contracts.notification import PacketNoticesTold
from shared.postgres.transaction import Transaction


async def on_packet_notices_told(tx: Transaction, event: PacketNoticesTold, _deps: Dependencies) -> None:
    """A part of what a decision packet waits for (C6)."""
    await receive_notices(tx, event)
