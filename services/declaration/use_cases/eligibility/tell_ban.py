"""The audit entry and the event of a ban that was imposed or lifted (R29)."""

from datetime import datetime
from typing import Literal

from services.declaration.storage.bans import Ban
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.declaration import BanChanged
from shared.ids import BanId, PersonId
from shared.postgres.transaction import Transaction


def tell_ban(tx: Transaction, ban: Ban, state: Literal["imposed", "lifted"], *, actor: Actor, now: datetime) -> None:
    """Both carry codes and dates; the notes stay sealed here."""
    until = ban.until.isoformat() if ban.until else None
    audit.record(
        tx,
        "ban.impose" if state == "imposed" else "ban.lift",
        actor=actor,
        subject_kind="ban",
        subject_id=ban.id,
        at=now,
        after=state,
        reason=ban.reason_code,
        person_id=str(ban.person_id),
        until=until,
    )
    outbox.add(
        tx,
        BanChanged(
            occurred_at=now,
            aggregate_version=ban.version,
            ban_id=BanId(ban.id),
            person_id=PersonId(ban.person_id),
            state=state,
            reason_code=ban.reason_code,
            until=ban.until,
        ),
    )
