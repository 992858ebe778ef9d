"""Take what a provider reports of texts: sent becomes delivered or undelivered, once, in whatever order it comes
(V68)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from services.notification.domain.audience import Notice
from services.notification.domain.place import Link, Place
from services.notification.domain.receipt import Provider, Receipt, is_permanent, reason_of, without_repeats
from services.notification.storage import known_people, messages, receipts, unreachable_numbers
from services.notification.storage.catalogue import Catalogue
from services.notification.storage.number_index import number_index
from services.notification.storage.receipts import Reported
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event

log = structlog.get_logger()

UNREACHABLE: Final = "notification.number_unreachable.v1"
_MOST_EARLY: Final = 10_000


async def take_receipts(
    tx: Transaction,
    keyring: Keyring,
    catalogue: Catalogue,
    provider: Provider,
    given: Sequence[Receipt],
    now: datetime,
) -> int:
    """Keep receipts of texts that we sent, and settle these; how many deliveries changed. What names nothing of ours
    changes nothing."""
    told = without_repeats(given)
    await receipts.insert_by_out_id(tx, provider, told, now)
    # Aliyun always gives our id back, so that a report without it is none of ours.
    if provider == "tencent":
        await receipts.insert_by_serial(tx, provider, told, now, _MOST_EARLY)
    changed = await settle_reported(tx, keyring, catalogue, provider, [one.serial for one in told], now)
    log.info("receipts_taken", provider=provider, given=len(given), changed=changed)
    return changed


async def settle_reported(
    tx: Transaction, keyring: Keyring, catalogue: Catalogue, provider: Provider, serials: Sequence[str], now: datetime
) -> int:
    """Settle deliveries by receipts that are kept, and learn from them which numbers take texts; how many changed."""
    reported = await receipts.update_reported(tx, provider, serials, now)
    for one in reported:
        # To a number that is noted go codes alone, and what somebody sends again: another that arrived teaches nothing.
        if one.delivered and not (one.at_most_once or one.resent):
            continue
        if one.delivered or is_permanent(reason_of(one.code)):
            await _learn(tx, keyring, catalogue, one, now)
    return len(reported)


def _place(one: Reported) -> Place:
    return Place("account", Link("account", one.recipient_id))


async def _learn(tx: Transaction, keyring: Keyring, catalogue: Catalogue, one: Reported, now: datetime) -> None:
    number = await _number(keyring, one.phone_place, one.phone_event)
    if number is None:
        return
    if one.delivered:
        await unreachable_numbers.delete_unreachable(tx, number)
        return
    is_news = await unreachable_numbers.insert_unreachable(tx, number, reason_of(one.code), now)
    # Who is behind a code is not known here.
    if is_news and not one.at_most_once and await _is_of_account(tx, keyring, one, number):
        for rule in await catalogue.rules(UNREACHABLE):
            notice = Notice(one.id, UNREACHABLE, one.recipient_id, {}, now, _place(one))
            await messages.insert_for_people(tx, [notice], rule)


async def _is_of_account(tx: Transaction, keyring: Keyring, one: Reported, number: BlindIndex) -> bool:
    """Whether it is the number that the account has now: of one that was replaced there is nothing to mend."""
    known = (await known_people.select_phones(tx, one.recipient_id)).get(one.phone_place)
    now_has = await _number(keyring, one.phone_place, known) if known else None
    return now_has is not None and now_has == number


async def _number(keyring: Keyring, place: str, sealed: str) -> BlindIndex | None:
    """None where it does not open any more."""
    try:
        phone = await open_from_event(keyring, "contact", place, sealed)
    except (SubjectErased, KeyMissing, SealBroken):
        return None
    return number_index(keyring, phone)
