"""Whose a phone number is, for people who run the platform: counted, and on record without the number (V4, V64)."""

from datetime import datetime, timedelta
from typing import Final, Literal

from services.notification.storage import numbers
from services.notification.storage.numbers import Account
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex

Sought = Literal["deliveries", "messages"]
_MINUTE: Final = timedelta(minutes=1)


async def search_number(
    tx: Transaction, number: BlindIndex, sought: Sought, *, per_minute: int, actor: Actor, now: datetime
) -> list[Account]:
    """The accounts that have it now, with the entries of a search by recipient for each of them; a search that finds
    nobody is an entry too. Raises LimitReached."""
    await take(tx, Rate("number.search", per_minute, _MINUTE), actor.id.bytes, now)
    found = await numbers.select_accounts(tx, number)
    audit.record(
        tx,
        "number.search",
        actor=actor,
        subject_kind="search",
        subject_id=new_id(),
        at=now,
        sought=sought,
        recipients=[str(one.id) for one in found],
    )
    for one in found:
        audit.record(tx, f"{sought}.search", actor=actor, subject_kind="recipient", subject_id=one.id, at=now)
    return found
