"""Scheduled work of the worker role: rotating keys, and forgetting what need not be kept (V40, V57)."""

from datetime import timedelta

from services.identity.dependencies import Dependencies
from services.identity.storage import (
    login_challenges,
    login_guards,
    recognition_jobs,
    refresh_tokens,
    sessions,
    verification_images,
)
from services.identity.storage.image_keys import DAYS_BACK, day_prefix
from services.identity.use_cases.signing_keys.rotate_signing_key import rotate_when_due
from shared.process.definition import Job

_REPLACED_KEPT = timedelta(hours=1)


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
    """Codes after a day, idle phones after two, ended sessions and finished jobs after thirty."""
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        await login_challenges.delete_expired(tx, now - timedelta(days=1))
        await login_guards.delete_idle(tx, now - timedelta(days=2))
        await sessions.delete_old(tx, now - timedelta(days=30))
        await recognition_jobs.delete_finished(tx, now - timedelta(days=30))


async def remove_replaced_images(deps: Dependencies) -> None:
    """Objects first, rows after: a crash between the two is finished by the next run."""
    async with deps.database.read() as reader:
        keys = await verification_images.select_replaced_keys(reader, deps.clock.now() - _REPLACED_KEPT)
    for key in keys:
        await deps.bucket.delete(key)
    if keys:
        async with deps.database.transaction() as tx:
            await verification_images.delete_by_keys(tx, keys)


async def remove_orphan_images(deps: Dependencies) -> None:
    """Photos whose upload never reached the database, by the day in their key (V40)."""
    today = deps.clock.now().date()
    for back in range(2, DAYS_BACK + 2):
        keys = await deps.bucket.list_keys(day_prefix(today - timedelta(days=back)) + "/")
        if keys:
            async with deps.database.read() as reader:
                known = await verification_images.select_known_keys(reader, keys)
            for key in sorted(set(keys) - known):
                await deps.bucket.delete(key)


JOBS = (
    Job("rotate-signing-key", timedelta(hours=6), rotate_due_signing_key),
    Job("forget-answers", timedelta(seconds=30), forget_answers),
    Job("forget-logins", timedelta(hours=1), forget_logins),
    Job("remove-replaced-images", timedelta(minutes=10), remove_replaced_images),
    Job("remove-orphan-images", timedelta(hours=6), remove_orphan_images),
)
