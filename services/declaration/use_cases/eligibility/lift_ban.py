"""Lift a ban before its end, with a reason; the person is told (R29)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.eligibility_errors import BanAlreadyLifted
from services.declaration.storage import bans
from services.declaration.storage.bans import Ban
from services.declaration.use_cases.eligibility.tell_ban import tell_ban
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


async def lift_ban(
    tx: Transaction, ban_id: UUID, note: str, *, expected_version: int, keyring: Keyring, actor: Actor, now: datetime
) -> Ban:
    """The lifted ban. Raises NotFound, StaleVersion, BanAlreadyLifted."""
    ban = await bans.lock(tx, ban_id, expected_version)
    if ban.lifted_at is not None:
        raise BanAlreadyLifted
    sealed = seal_text(keyring, bans.DATA_CLASS, bans.place("lift_note", ban.id), note)
    version = await bans.update_lifted(tx, ban.id, actor.id, now, sealed)
    lifted = replace(ban, version=version, lifted_at=now, lift_note=sealed)
    tell_ban(tx, lifted, "lifted", actor=actor, now=now)
    return lifted
