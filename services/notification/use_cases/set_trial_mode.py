"""Begin or end the trial of a zone: on trial texts go to listed numbers alone, and nothing by other channels."""

from datetime import datetime

from services.notification.storage import sending_limits
from services.notification.use_cases.set_sms_quota import LIMITS
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def set_trial_mode(tx: Transaction, actor: Actor, *, is_on: bool, now: datetime) -> None:
    """What was withheld on trial is not sent when it ends."""
    if await sending_limits.update_trial(tx, is_on=is_on):
        after = "on" if is_on else "off"
        audit.record(
            tx, "trial_mode.set", actor=actor, subject_kind="sending_limits", subject_id=LIMITS, at=now, after=after
        )
