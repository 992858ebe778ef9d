"""Put a number on the list of those that get texts on trial, or take it off; it is kept as a keyed hash alone."""

from datetime import datetime

from services.notification.storage import sending_limits
from services.notification.storage.number_index import number_index
from services.notification.use_cases.set_sms_quota import LIMITS
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def list_trial_number(
    tx: Transaction, keyring: Keyring, actor: Actor, phone: str, *, listed: bool, now: datetime
) -> None:
    """Twice is once."""
    number = number_index(keyring, phone)
    if listed:
        await sending_limits.insert_trial_number(tx, number, now)
    else:
        await sending_limits.delete_trial_number(tx, number)
    action = "trial_number.add" if listed else "trial_number.remove"
    audit.record(tx, action, actor=actor, subject_kind="sending_limits", subject_id=LIMITS, at=now)
