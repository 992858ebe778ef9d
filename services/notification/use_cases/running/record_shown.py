"""Put on record whose deliveries a search by number showed although the number is another's by now: who gave it up
within the days that texts keep theirs (V64)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


def record_shown(
    tx: Transaction, shown: Iterable[UUID], holders: Iterable[UUID], *, actor: Actor, now: datetime
) -> None:
    """An entry for each that is no holder, as if he had been asked for by id; the holders have theirs."""
    for one in sorted({*shown} - {*holders}):
        audit.record(tx, "deliveries.search", actor=actor, subject_kind="recipient", subject_id=one, at=now)
