"""Scheduled work of the worker role."""

from datetime import timedelta

from services.notification.asking import ask_for_receipts
from services.notification.dependencies import Dependencies
from services.notification.indexing import index_numbers
from services.notification.storage import done_deliveries, purging, quotas, receipts, unreachable_numbers
from services.notification.use_cases.take_receipts import settle_reported
from shared.process.definition import Job

_BATCH = 2000
_EARLY = timedelta(days=1)
_COUNTED = timedelta(days=2)
_TRY_AGAIN = timedelta(days=180)


async def forget_phones(deps: Dependencies) -> None:
    """Phones and codes of deliveries that are done, a batch per transaction (V57)."""
    before = deps.clock.now() - timedelta(days=deps.settings.retention.phone_days)
    forgotten = _BATCH
    while forgotten == _BATCH:
        async with deps.database.transaction() as tx:
            forgotten = await done_deliveries.update_phones_forgotten(tx, before, _BATCH)


async def match_receipts(deps: Dependencies) -> None:
    """Receipts that came before the provider's answer, as soon as it has told us their serial (V68)."""
    async with deps.database.transaction() as tx:
        for provider, serial in await receipts.update_early_matched(tx):
            await settle_reported(tx, deps.keyring, deps.catalogue, provider, [serial], deps.clock.now())


async def forget_receipts(deps: Dependencies) -> None:
    """Receipts that belong to nothing we sent, numbers noted long ago, and what was counted on other days."""
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        await receipts.delete_early(tx, now - _EARLY)
        await unreachable_numbers.delete_noted_before(tx, now - _TRY_AGAIN)
        await quotas.delete_before(tx, now - _COUNTED)


async def purge_contents(deps: Dependencies) -> None:
    """What messages said, and the providers' ids, a batch per transaction (V57)."""
    now, kept = deps.clock.now(), deps.settings.retention
    purged = _BATCH
    while purged == _BATCH:
        async with deps.database.transaction() as tx:
            purged = await purging.update_emptied(tx, now - timedelta(days=kept.message_days), _BATCH, now)
    before = now - timedelta(days=kept.provider_days)
    for forget in (purging.delete_receipts, purging.delete_inquiries, purging.update_provider_ids_forgotten):
        purged = _BATCH
        while purged == _BATCH:
            async with deps.database.transaction() as tx:
                purged = await forget(tx, before, _BATCH)


JOBS = (
    Job("forget-phones", timedelta(hours=1), forget_phones),
    Job("match-receipts", timedelta(seconds=10), match_receipts),
    Job("ask-for-receipts", timedelta(minutes=1), ask_for_receipts),
    Job("index-numbers", timedelta(seconds=30), index_numbers),
    Job("purge-contents", timedelta(hours=1), purge_contents),
    Job("forget-receipts", timedelta(hours=1), forget_receipts),
)
