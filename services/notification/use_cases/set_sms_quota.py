"""Set or lift how many texts may go in a day or minute (V5)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.notification.domain.holding import Per
from services.notification.storage import sending_limits
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction

LIMITS: Final = UUID("6f1f7c2e-52a4-5d0e-9d5b-0a4b3f6e7a11")
"""What the audit trail calls the limits of the zone; there is one zone per deployment."""


async def set_sms_quota(
    tx: Transaction, actor: Actor, scope: str, per: Per, most: int | None, kept_for_codes: int, now: datetime
) -> None:
    """`most` texts from now on, None for no limit; what was counted today counts on."""
    if most is None:
        await sending_limits.delete_quota(tx, scope, per)
    else:
        await sending_limits.upsert_quota(tx, scope, per, most, kept_for_codes)
    audit.record(
        tx,
        "sms_quota.set",
        actor=actor,
        subject_kind="sending_limits",
        subject_id=LIMITS,
        at=now,
        scope=scope,
        per=per,
        most=most,
        kept_for_codes=kept_for_codes,
    )
