"""Look at a ban with its notes: what was written about a person, so the look is recorded (R29)."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import bans
from services.declaration.storage.bans import Ban
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


async def open_ban(
    tx: Transaction, ban_id: UUID, *, keyring: Keyring, actor: Actor, now: datetime
) -> tuple[Ban, str, str | None]:
    """The ban, why it was imposed, and why it was lifted if it was. Raises NotFound, SealBroken."""
    ban = await bans.select(tx, ban_id)
    note = unseal_text(keyring, bans.DATA_CLASS, bans.place("note", ban.id), ban.note)
    lifted = ban.lift_note and unseal_text(keyring, bans.DATA_CLASS, bans.place("lift_note", ban.id), ban.lift_note)
    audit.record(tx, "ban.open", actor=actor, subject_kind="ban", subject_id=ban.id, at=now)
    return ban, note, lifted or None
