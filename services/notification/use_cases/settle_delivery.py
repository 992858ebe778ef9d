"""Write what became of an attempt, and with it what becomes of the text in reserve: it goes where WeChat does not reach
the person, and is dismissed where WeChat took the notice."""

from datetime import datetime, timedelta

from services.notification.domain.delivery import Outcome, Settled, Verdict, settle
from services.notification.storage import allotments, consents, deliveries
from services.notification.storage.deliveries import Delivery
from shared.postgres.transaction import Transaction

NO_CONSENT = "43101"


async def settle_delivery(
    tx: Transaction, delivery: Delivery, outcome: Outcome, now: datetime, reconcile_after: timedelta
) -> Settled:
    """The state it has now. An answer that comes after the delivery was claimed anew changes nothing."""
    settled = settle(
        outcome,
        attempts=delivery.attempts,
        at_most_once=delivery.at_most_once,
        now=now,
        reconcile_after=reconcile_after,
        # A WeChat notice has a text in reserve, which must not come a day later.
        outlasts_outages=delivery.channel != "wechat",
    )
    if outcome.code == "expired":
        settled = Settled("expired", None)
    if delivery.channel != "sms" and settled.state == "unknown":
        # Nobody can be asked for it; the inbox has the notice, and a text beside it might be the second (M10).
        settled = Settled("unknown", None)
    if await deliveries.update_settled(tx, delivery, settled, outcome, now) and delivery.channel == "wechat":
        await _settle_reserve(tx, delivery, settled, outcome, now)
    return settled


async def _settle_reserve(
    tx: Transaction, delivery: Delivery, settled: Settled, outcome: Outcome, now: datetime
) -> None:
    if settled.state == "failed":
        await allotments.release_reserve(tx, delivery, now)
    elif settled.state == "sent":
        await allotments.dismiss_reserve(tx, delivery, now)
    if outcome.verdict is Verdict.FALL_BACK and outcome.code == NO_CONSENT:
        await consents.update_refused(tx, delivery)
