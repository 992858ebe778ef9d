"""Scheduled work of the worker role: rotating keys, watching the brake, forgetting what need not be kept (V40, V57)."""

from contextlib import suppress
from datetime import timedelta

import structlog

from services.identity.dependencies import Dependencies
from services.identity.domain.login_brake import breaker_open, budget_spent
from services.identity.storage import (
    email_proofs,
    ending_invitations,
    exempt_choices,
    key_destructions,
    known_devices,
    login_challenges,
    login_guards,
    login_traffic,
    merge_requests,
    own_data_exports,
    passkey_challenges,
    proofing_guards,
    recognition_jobs,
    refresh_tokens,
    review_requests,
    sessions,
    staff_logins,
    staff_sheets,
    verification_images,
)
from services.identity.use_cases.inviting_many.invite_from_sheets import invite_from_sheets
from services.identity.use_cases.own_data.make_export import PREFIX, make_export
from services.identity.use_cases.own_data.put_export_off import put_export_off
from services.identity.use_cases.retelling.tell_untold_contacts import tell_untold_contacts
from services.identity.use_cases.signing_keys.rotate_signing_key import rotate_when_due
from services.identity.use_cases.staffing.archive_disabled_staff import archive_disabled_staff
from services.identity.use_cases.staffing.tell_ending_invitations import tell_ending_invitations
from services.identity.use_cases.verifying.put_images_aside import put_images_aside
from shared.clock import SHANGHAI
from shared.errors import Unavailable
from shared.postgres.database import OUTAGE_ERRORS
from shared.privacy import reindexing
from shared.process.definition import Job
from shared.reminding.running import Kind, remind
from shared.telemetry.metrics import LOGIN_CODE_BRAKE, OWN_DATA_EXPORTS_FAILED

log = structlog.get_logger()

_PAGES = 5
"""Of rows to index in one run: a thousand, about a tenth of a second of processor time."""
_EXPORTS_AT_ONCE = 20
_OUTAGES: tuple[type[Exception], ...] = (Unavailable, *OUTAGE_ERRORS)


async def rotate_due_signing_key(deps: Dependencies) -> None:
    """V15."""
    async with deps.database.transaction() as tx:
        await rotate_when_due(tx, deps.keyring, deps.settings.signing_key, deps.settings.session, deps.clock.now())


async def forget_answers(deps: Dependencies) -> None:
    """Sealed pairs are needed for seconds only (V16)."""
    before = deps.clock.now() - timedelta(seconds=deps.settings.session.replay_seconds)
    async with deps.database.transaction() as tx:
        await refresh_tokens.delete_answers(tx, before)


async def forget_logins(deps: Dependencies) -> None:
    """Codes, idle phones, ended sessions and finished jobs past their terms (V57)."""
    now, terms = deps.clock.now(), deps.settings.retention
    async with deps.database.transaction() as tx:
        await login_challenges.delete_expired(tx, now - timedelta(hours=terms.code_hours))
        await passkey_challenges.delete_expired(tx, now)
        await login_guards.delete_idle(tx, now - timedelta(days=terms.guard_days))
        await proofing_guards.delete_idle(tx, now - timedelta(days=terms.guard_days))
        await email_proofs.delete_idle(tx, now - timedelta(days=terms.guard_days))
        await sessions.delete_old(tx, now - timedelta(days=terms.session_days))
        await recognition_jobs.delete_finished(tx, now - timedelta(days=terms.job_days))
        await known_devices.delete_idle(tx, now - timedelta(days=terms.device_days))
        await login_traffic.delete_old(tx, now - timedelta(days=1))


async def forget_requests(deps: Dependencies) -> None:
    """Decided requests, choices taken back and sheets of invitations past their terms (V57)."""
    now, terms = deps.clock.now(), deps.settings.retention
    async with deps.database.transaction() as tx:
        await review_requests.update_forgotten(tx, now - timedelta(days=terms.request_days))
        await merge_requests.delete_old(tx, now - timedelta(days=terms.merge_days))
        await exempt_choices.delete_old(tx, now - timedelta(days=terms.choice_days))
        await staff_sheets.delete_old(tx, now - timedelta(days=terms.sheet_days))


async def destroy_keys(deps: Dependencies) -> None:
    """Keys of closed accounts: destroyed first, crossed off after, so that a crash between the two repeats it (V58)."""
    async with deps.database.read() as reader:
        waiting = await key_destructions.select_waiting(reader, 100)
    for person_id in waiting:
        await deps.subject_keys.destroy(person_id)
    if waiting:
        async with deps.database.transaction() as tx:
            await key_destructions.delete(tx, waiting)


async def destroy_day_keys(deps: Dependencies) -> None:
    """Keys that sealed codes on their way, and the phones they went to (V58)."""
    before = deps.clock.now() - timedelta(days=deps.settings.retention.day_key_days)
    await deps.subject_keys.destroy_days(before.astimezone(SHANGHAI).date())


async def put_decided_images_aside(deps: Dependencies) -> None:
    """Photos whose purpose is served (V57)."""
    now, terms = deps.clock.now(), deps.settings.retention
    async with deps.database.transaction() as tx:
        await put_images_aside(tx, now - timedelta(days=terms.image_days), now - timedelta(days=terms.proof_days), now)


async def watch_login_traffic(deps: Dependencies) -> None:
    """Say so loudly while codes are pumped or the budget is spent (V5)."""
    limits = deps.settings.login_code
    async with deps.database.read() as reader:
        traffic = await login_traffic.select(reader, deps.clock.now())
    is_open = breaker_open(traffic.sent_lately, traffic.redeemed_lately, limits)
    spent = budget_spent(traffic.sent_in_hour, limits)
    LOGIN_CODE_BRAKE.labels("breaker").set(is_open)
    LOGIN_CODE_BRAKE.labels("budget").set(spent)
    if is_open or spent:
        log.error("login_code_brake", breaker=is_open, budget=spent, sent_in_hour=traffic.sent_in_hour)


async def archive_staff(deps: Dependencies) -> None:
    """Disabled accounts after their time (4.8); logins of staff after theirs (C6)."""
    limits, now = deps.settings.staff, deps.clock.now()
    async with deps.database.transaction() as tx:
        await archive_disabled_staff(tx, deps.keyring, limits, now)
        await staff_logins.delete_old(tx, now - timedelta(days=limits.login_log_days))


async def remind_of_invitations(deps: Dependencies) -> None:
    """Before they end for good (4.8)."""
    steps = deps.settings.staff.invitation_remind_days
    kind = Kind(ending_invitations.KIND, steps, ending_invitations.lock_due, tell_ending_invitations)
    await remind(deps.database, deps.clock, kind)


async def invite_many(deps: Dependencies) -> None:
    """Rows of started spreadsheets, a batch per transaction, so that a crash repeats nothing (B5)."""
    while True:
        async with deps.database.transaction() as tx:
            done = await invite_from_sheets(tx, deps.keyring, deps.settings.staff, deps.clock.now())
        if done == 0:
            return


async def remove_replaced_images(deps: Dependencies) -> None:
    """Objects first, rows after: a crash between the two is finished by the next run."""
    before = deps.clock.now() - timedelta(minutes=deps.settings.retention.replaced_minutes)
    async with deps.database.read() as reader:
        keys = await verification_images.select_replaced_keys(reader, before)
    for key in keys:
        await deps.bucket.delete(key)
    if keys:
        async with deps.database.transaction() as tx:
            await verification_images.delete_by_keys(tx, keys)


async def make_exports(deps: Dependencies) -> None:
    """Copies of their own data that people asked for (V59), each tried once: what can not be made is put off."""
    after: own_data_exports.OwnDataExport | None = None
    while True:
        async with deps.database.read() as reader:
            queued = await own_data_exports.select_queued(reader, deps.clock.now(), _EXPORTS_AT_ONCE, after)
        if not queued:
            return
        for wanted in queued:
            await _make_one_export(deps, wanted)
        after = queued[-1]


async def _make_one_export(deps: Dependencies, wanted: own_data_exports.OwnDataExport) -> None:
    try:
        await make_export(wanted, deps.register, deps.database, deps.bucket, deps.keyring, deps.clock)
    except Exception as error:
        # What one person's copy meets, whatever it is, must not keep the others waiting.
        outage = isinstance(error, _OUTAGES)
        async with deps.database.transaction() as tx:
            given_up = await put_export_off(tx, wanted, deps.clock.now(), outage=outage)
        tell = log.warning if outage else log.error
        tell("export_failed", export_id=str(wanted.export_id), error=type(error).__name__, given_up=given_up)
        if given_up:
            OWN_DATA_EXPORTS_FAILED.inc()
            # Nobody can name a file of it any more; what a store that is away keeps is swept as an orphan (M11).
            with suppress(Unavailable):
                await deps.bucket.delete(f"{PREFIX}{wanted.export_id}")


async def remove_old_exports(deps: Dependencies) -> None:
    """Objects first, rows after, as with photos (V57)."""
    now = deps.clock.now()
    async with deps.database.read() as reader:
        due = await own_data_exports.select_due(reader, now - timedelta(days=deps.settings.retention.export_days))
    for export in due:
        await deps.bucket.delete(str(export.object_key))
        async with deps.database.transaction() as tx:
            await own_data_exports.update_removed(tx, export.export_id, now)


async def fill_added_indexes(deps: Dependencies) -> None:
    """People and staff from before they could be found by name (5.4, 4.8): some hundreds a run, until none is left."""
    outcome = await reindexing.fill_added_indexes(deps.register, deps.database, deps.keyring, _PAGES)
    if any(outcome.done.values()) or outcome.broken:
        log.info("added_indexes_filled", done=outcome.done, broken=outcome.broken)


async def tell_contacts(deps: Dependencies) -> None:
    """Of people of whom an event could not be written when something changed (A5, V58)."""
    await tell_untold_contacts(deps.database, deps.keyring, deps.clock.now())


JOBS = (
    Job("rotate-signing-key", timedelta(hours=6), rotate_due_signing_key),
    Job("forget-answers", timedelta(seconds=30), forget_answers),
    Job("watch-login-traffic", timedelta(seconds=30), watch_login_traffic),
    Job("forget-logins", timedelta(hours=1), forget_logins),
    Job("destroy-keys", timedelta(seconds=5), destroy_keys),
    Job("destroy-day-keys", timedelta(hours=1), destroy_day_keys),
    Job("forget-requests", timedelta(hours=1), forget_requests),
    Job("put-decided-images-aside", timedelta(hours=1), put_decided_images_aside),
    Job("archive-staff", timedelta(hours=1), archive_staff),
    Job("remind-invitations", timedelta(minutes=10), remind_of_invitations),
    Job("invite-many", timedelta(seconds=5), invite_many),
    Job("remove-replaced-images", timedelta(minutes=10), remove_replaced_images),
    Job("make-exports", timedelta(seconds=5), make_exports),
    Job("remove-old-exports", timedelta(minutes=10), remove_old_exports),
    Job("tell-untold-contacts", timedelta(minutes=1), tell_contacts),
    Job("fill-added-indexes", timedelta(minutes=1), fill_added_indexes),
)
