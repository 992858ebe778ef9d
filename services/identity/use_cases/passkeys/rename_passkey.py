"""Give one of one's own passkeys another name (V11)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.passkeys import Passkey
from services.identity.storage import staff_passkeys
from shared import audit
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def rename_passkey(
    tx: Transaction, passkey_id: UUID, version: int, label: str, actor: Actor, now: datetime
) -> Passkey:
    """The passkey in its next version. Raises NotFound, StaleVersion."""
    passkey = await staff_passkeys.lock(tx, passkey_id, actor.id)
    if passkey.version != version:
        raise StaleVersion(current=passkey.version, state="suspected" if passkey.suspected_at else "working")
    named = replace(passkey, label=label, version=passkey.version + 1)
    await staff_passkeys.update(tx, named)
    audit.record(
        tx,
        "staff.passkey_name",
        actor=actor,
        subject_kind="staff",
        subject_id=actor.id,
        at=now,
        passkey_id=str(passkey_id),
    )
    return named
