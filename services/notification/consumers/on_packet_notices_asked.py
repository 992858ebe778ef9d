"""declaration.packet_notices_asked.v1"""

from services.notification.dependencies import Dependencies
from services.notification.use_cases.tell_packet_notices import tell_packet_notices
from shared.contracts.declaration import PacketNoticesAsked
from shared.postgres.transaction import Transaction


async def on_packet_notices_asked(tx: Transaction, event: PacketNoticesAsked, deps: Dependencies) -> None:
    """A decision packet waits for what was told (C6)."""
    await tell_packet_notices(tx, event, deps.catalogue, deps.keyring, deps.clock.now())
