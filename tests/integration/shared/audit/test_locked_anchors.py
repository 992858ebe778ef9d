"""Anchors under the retention lock of the store: whoever has database, bucket and keys still leaves traces (V63)."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.environment import service_environment
from shared.audit import anchor_store
from shared.audit.anchoring import anchor_chain, append_anchor
from shared.audit.anchors import Anchor
from shared.audit.chain import read_heads
from shared.audit.findings import Finding
from shared.clock import FrozenClock
from shared.objectstore import Bucket, ObjectStoreUnavailable
from shared.objectstore.locking import BucketWithoutLock, ObjectLocked
from shared.process.audit_commands import audit_checks, audit_jobs, chain_of
from shared.process.operations import Operations
from shared.settings import BucketSettings, OperationsSettings
from tests.integration.shared.audit.conftest import AT, Watched, kinds
from tests.integration.shared.links.peers import free_port
from tests.support.engines import PROJECT, Engines
from tests.support.locking_store import LockingStore, locking_store
from tests.support.service_under_test import serving
from tests.support.waiting import wait_until

DAYS = 90
Watching = Callable[..., AbstractAsyncContextManager[Watched]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LockingStore]:
    """One server for this file."""
    async with locking_store(Path(tmp_path_factory.mktemp("store"))) as started:
        yield started


@pytest.fixture
def watching(engines: Engines, store: LockingStore) -> Watching:
    """`async with watching(object_lock=True) as watched`: institution set up with a lock, in a bucket of its own."""

    @asynccontextmanager
    async def watch(*, object_lock: bool) -> AsyncIterator[Watched]:
        bucket, clock = await store.make_bucket(object_lock=object_lock), FrozenClock(AT)
        async with (
            serving(engines, "institution", clock, **_settings(bucket)) as service,
            serving(engines, "notification", clock) as keeper,
        ):
            yield Watched(engines, service, keeper, clock, chain_of(service.definition, service.foundation))

    return watch


@pytest.mark.requirement("V63")
async def test_every_anchor_is_locked_for_the_days_of_the_setting(watching: Watching) -> None:
    """Three anchors, each locked from its own moment on, and none can be removed by the service itself."""
    async with watching(object_lock=True) as watched:
        assert await _readiness(watched) == (200, {})
        for number in (1, 2, 3):
            at = watched.clock.now()
            await watched.history(1)
            key = await watched.object_key(number)
            assert await watched.chain.bucket.locked_until(key) == at + timedelta(days=DAYS)
            with pytest.raises(ObjectLocked):
                await watched.chain.bucket.delete(key)
        assert (await watched.verified()).open == ()


@pytest.mark.requirement("V63")
async def test_a_hidden_anchor_still_tells_of_a_database_taken_back(
    watching: Watching, store: LockingStore, tmp_path: Path
) -> None:
    """The database is restored and the anchors after it are removed as far as the store lets anybody: the job finds
    them. Control: the same look without the setting sees nothing, as before."""
    async with watching(object_lock=True) as watched:
        await watched.history(1)
        dump = await watched.dump(tmp_path)
        await watched.history(2)
        for number in (2, 3):
            await store.hide(watched.service.settings.bucket.name, await watched.object_key(number))
        async with watched.rolled_back_to(dump) as restored:
            found = await anchor_chain(restored.chain, restored.clock.now())
            assert Finding("anchor_unknown", anchor=2) in found
            assert "anchor_unknown" in kinds((await restored.verified(with_keeper=False)).open)
            unlocked = replace(restored, chain=replace(restored.chain, locked_for=None))
            assert (await unlocked.verified(with_keeper=False)).open == ()
            assert await anchor_chain(unlocked.chain, restored.clock.now()) == []


@pytest.mark.requirement("V63")
async def test_a_forged_anchor_lies_above_the_true_one(watching: Watching, store: LockingStore) -> None:
    """Somebody writes over an anchor: its number is named; the version above taken away, nothing is found any more."""
    async with watching(object_lock=True) as watched:
        await watched.history(2)
        bucket, key = watched.service.settings.bucket.name, await watched.object_key(1)
        await store.cover(bucket, key, b"forged")
        assert (await watched.verified()).open == (Finding("anchor_altered", anchor=1),)
        with pytest.raises(ObjectLocked):
            await watched.chain.bucket.delete(key)
        assert (await watched.verified()).open == ()


@pytest.mark.requirement("V63")
async def test_what_a_killed_run_left_is_locked_by_the_next(watching: Watching, store: LockingStore) -> None:
    """One anchor was committed and never stored, another stored before the setting was there: the next run locks
    either, and a further run stores nothing twice."""
    async with watching(object_lock=True) as watched:
        bucket, name = watched.chain.bucket, watched.service.settings.bucket.name
        await watched.record()
        assert await anchor_chain(replace(watched.chain, locked_for=None), watched.clock.now()) == []
        first = await watched.object_key(1)
        assert await bucket.locked_until(first) is None
        assert await watched.anchor() == []
        assert await bucket.locked_until(first) is not None
        assert len(await store.versions(name, first)) == 2

        # A third one as a run leaves it that ends between its commit and the bucket.
        await watched.record()
        cut_off = Bucket(
            watched.service.settings.bucket.model_copy(update={"endpoint": "127.0.0.1:9"}), watched.chain.keyring
        )
        with pytest.raises(ObjectStoreUnavailable):
            await append_anchor(replace(watched.chain, bucket=cut_off, locked_for=None), await _next_anchor(watched))
        cut_off.close()
        assert [one.number for one in await anchor_store.list_objects(bucket)] == [1, 2]
        assert await watched.anchor() == []
        keys = [one.key for one in await anchor_store.list_objects(bucket)]
        assert len(keys) == 4
        assert all([await bucket.locked_until(key) for key in keys])
        assert [len(await store.versions(name, key)) for key in keys[1:]] == [1, 1, 1]


@pytest.mark.requirement("V63")
async def test_a_bucket_without_lock_makes_no_anchor_and_no_ready_worker(watching: Watching) -> None:
    """The setting is on and the bucket can not: the worker is not ready and names the part, its job fails, and neither
    table nor bucket have an anchor that is unlocked in silence. Control: without the setting it takes one."""
    async with watching(object_lock=False) as watched:
        service, foundation = watched.service.definition, watched.service.foundation
        assert await _readiness(watched) == (503, {"audit_lock": "BucketWithoutLock"})
        await watched.record()
        with pytest.raises(BucketWithoutLock):
            await audit_jobs(service, foundation)[0].run(foundation)
        assert await watched.published() == []
        assert await anchor_store.list_objects(watched.chain.bucket) == []
        assert await anchor_chain(replace(watched.chain, locked_for=None), watched.clock.now()) == []
        assert len(await watched.published()) == 1
        # What is altered meanwhile is told all the same: the fault of the bucket comes after it.
        async with watched.chain.database.read() as reader:
            lane = await reader.fetchval("SELECT min(lane) FROM audit_entry")
        await watched.rewrite(lane, 2)
        assert kinds(await anchor_chain(watched.chain, watched.clock.now()))


@pytest.mark.requirement("V63")
async def test_a_worker_process_says_that_the_bucket_has_no_lock(watching: Watching, tmp_path: Path) -> None:
    """As an operator sees it: /readyz of the real process names part and fault, its log the job that failed."""
    async with watching(object_lock=False) as watched:
        around, port, out = watched.engines.stack.around, free_port(), tmp_path / "log"
        own = _settings(watched.service.settings.bucket) | {
            "POSTGRES__DSN": around.dsn("institution", watched.service.database_name),
            "PROFILE": "test",
            "OPERATIONS__PORT": str(port),
        }
        environment = {**os.environ, **service_environment(around, "institution", "worker")}
        environment |= {f"INSTITUTION_{name}": value for name, value in own.items()}
        with out.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.institution", "worker"),
                cwd=PROJECT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            await wait_until(lambda: b"BucketWithoutLock" in out.read_bytes(), seconds=60, what="the failed job")
            async with watched.service.session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert (answer.status, (await answer.json())["faults"]["audit_lock"]) == (503, "BucketWithoutLock")
        finally:
            process.terminate()
            await process.wait()
        failed = next(line for line in out.read_text().splitlines() if "BucketWithoutLock" in line)
        assert '"job_failed"' in failed
        assert '"anchor-audit"' in failed
        assert await watched.published() == []


@pytest.mark.requirement("V63")
async def test_without_the_setting_the_local_server_takes_anchors_as_ever(watched: Watched) -> None:
    """No lock is asked for, none is demanded, and the object can be removed."""
    assert watched.chain.locked_for is None
    assert await _readiness(watched) == (200, {})
    await watched.history(1)
    key = await watched.object_key(1)
    assert await watched.chain.bucket.locked_until(key) is None
    await watched.chain.bucket.delete(key)
    assert not await watched.chain.bucket.exists(key)


def _settings(bucket: BucketSettings) -> dict[str, str]:
    return {
        "BUCKET__ENDPOINT": bucket.endpoint,
        "BUCKET__NAME": bucket.name,
        "BUCKET__SECURE": "true",
        "BUCKET__VERSIONED": "true",
        "BUCKET__TLS__CA_FILE": str(bucket.tls.ca_file),
        "AUDIT__ANCHOR_LOCK_DAYS": str(DAYS),
    }


async def _next_anchor(watched: Watched) -> Anchor:
    async with watched.chain.database.read() as reader:
        last = watched.chain.opened(await anchor_store.select_newest(reader, "institution"))
    assert last is not None
    heads = await read_heads(watched.chain.database)
    return Anchor("institution", last.number + 1, watched.clock.now(), last.digest, heads.in_order)


async def _readiness(watched: Watched) -> tuple[int, dict[str, str]]:
    """What a worker's operations listener answers, as far as the lock is concerned."""
    settings = OperationsSettings(port=free_port())
    operations = Operations(settings, audit_checks(watched.service.definition, watched.service.foundation))
    await operations.start()
    try:
        async with watched.service.session.get(f"http://{settings.host}:{settings.port}/readyz") as answer:
            return answer.status, (await answer.json())["faults"]
    finally:
        await operations.close()
