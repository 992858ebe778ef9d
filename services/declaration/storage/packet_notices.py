"""Table `packet_notice`: what notification answered to a packet that is made, sealed as it came; gone when the packet
is written (C6)."""

from typing import Final
from uuid import UUID

from shared.contracts.notification import PacketNoticesTold, ToldNotice, ToldNotices
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_from_event

# Not of a packet that is written, cancelled or failed: what comes too late is not kept.
_LOCK_WAITING: Final = """
SELECT id FROM export_job WHERE id = $1 AND kind = 'packet' AND state = 'writing' FOR UPDATE
"""
_INSERT: Final = """
INSERT INTO packet_notice (packet_id, part, parts, notices) VALUES ($1, $2, $3, $4)
ON CONFLICT (packet_id, part) DO NOTHING
"""
_UPDATE_ANSWERED: Final = """
UPDATE export_job SET notices_until = NULL
WHERE id = $1 AND (SELECT count(*) FROM packet_notice WHERE packet_id = $1) = $2
"""
_SELECT: Final = "SELECT part, parts, notices FROM packet_notice WHERE packet_id = $1 ORDER BY part"


async def lock_waiting(tx: Transaction, packet_id: UUID) -> bool:
    """Whether the packet is still to be written; it is locked until commit."""
    return await tx.fetchval(_LOCK_WAITING, packet_id) is not None


async def insert(tx: Transaction, told: PacketNoticesTold) -> None:
    """A part of the answer, once; with the last one the packet waits no more."""
    await tx.execute(_INSERT, told.packet_id, told.part, told.parts, told.notices)
    await tx.execute(_UPDATE_ANSWERED, told.packet_id, told.parts)


async def select(reader: Reader, keyring: Keyring, packet_id: UUID) -> tuple[list[ToldNotice], int, int]:
    """(notices, parts that came, parts that there are: 0 without any answer). Raises SealBroken."""
    rows = await reader.fetch(_SELECT, packet_id)
    notices = list[ToldNotice]()
    for row in rows:
        place = f"{PacketNoticesTold.TYPE}.notices:{packet_id}/{row['part']}"
        clear = unseal_from_event(keyring, "told_notice", place, row["notices"])
        notices += ToldNotices.model_validate_json(clear).notices
    return notices, len(rows), rows[0]["parts"] if rows else 0
