"""Where a callback was lost the provider is asked what became of a text: it repeats a report three times within a
quarter of an hour, and never again (V68)."""

from datetime import timedelta
from typing import Final

from services.notification.channels.sms import Sms
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import Verdict, days_between
from services.notification.domain.receipt import Provider, Receipt
from services.notification.storage import receipt_inquiries
from services.notification.storage.receipt_inquiries import Unreported
from services.notification.use_cases.take_receipts import take_receipts
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event

_AFTER: Final = timedelta(minutes=20)
_UNTIL: Final = timedelta(days=3)
_PAUSES: Final = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
_MANY: Final = 100
_SETTLING: Final = timedelta(minutes=15)


async def ask_for_receipts(deps: Dependencies) -> None:
    """Ask after texts without a receipt; whose fate the provider does not tell is asked after again later."""
    async with deps.database.transaction() as tx:
        silent = await receipt_inquiries.update_asked(tx, deps.clock.now(), _AFTER, _UNTIL, _PAUSES, _MANY)
    for one in silent:
        if (receipt := await _asked(deps, one)) is None:
            continue
        async with deps.database.transaction() as tx:
            await take_receipts(tx, deps.keyring, deps.catalogue, _asked_of(one), [receipt], deps.clock.now())


def _asked_of(one: Unreported) -> Provider:
    """Texts older than the column went to the only one there was."""
    return one.provider or "aliyun"


async def _asked(deps: Dependencies, one: Unreported) -> Receipt | None:
    if (channel := deps.sms.get(_asked_of(one))) is None:
        return None
    try:
        phone = await open_from_event(deps.keyring, "contact", one.phone_place, one.phone_event)
    except (SubjectErased, KeyMissing, SealBroken):
        return None
    for day in days_between(one.sent_at - _SETTLING, one.sent_at):
        outcome = await channel.look_up(Sms(one.id, phone, "", {}), day)
        if outcome.verdict in (Verdict.SENT, Verdict.GIVE_UP):
            # One that was found by a look-up may have no serial still; our id stands for it.
            serial = one.provider_id or outcome.provider_id or str(one.id)
            return Receipt(serial, one.id, outcome.verdict is Verdict.SENT, outcome.code)
    return None
