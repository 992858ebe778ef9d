"""Send a notice again that somebody did not get, for a reason: a delivery of its own, linked to the first."""

from datetime import datetime
from uuid import UUID

from services.notification.domain.resending import ResendReason, require_resendable
from services.notification.storage import sent
from services.notification.storage.sent import Sent
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def resend_delivery(
    tx: Transaction, delivery_id: UUID, reason: ResendReason, *, actor: Actor, now: datetime
) -> Sent:
    """It goes to the number that the account has now. Raises DeliveryNotFound, CodeNeverResent, NumberNotKept,
    DeliveryNotOver, ResentTooOften."""
    delivery = await sent.select_one(tx, delivery_id)
    resendable = await sent.lock_resendable(tx, delivery)
    require_resendable(resendable)
    made = await sent.insert_resend(tx, delivery_id, new_id(), reason, now)
    audit.record(
        tx,
        "delivery.resend",
        actor=actor,
        subject_kind="delivery",
        subject_id=made,
        at=now,
        before=delivery.state,
        after="waiting",
        reason=reason,
        first_id=str(resendable.first_id),
        template_key=delivery.template_key,
    )
    return await sent.select_one(tx, made)
