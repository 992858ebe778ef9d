"""Objects under a retention lock: nobody removes or replaces them, and a bucket that can not lock says so (V63)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from minio.commonconfig import COMPLIANCE, ENABLED
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.versioningconfig import VersioningConfig

from shared.objectstore import Bucket, ObjectMissing, ObjectStoreUnavailable
from shared.objectstore.locking import BucketWithoutLock, ObjectLocked
from shared.security.keyring import Key, Keyring
from shared.settings import BucketSettings
from tests.support.engines import Engines
from tests.support.locking_store import LockingStore, locking_store

RING = Keyring({"proof": ("k1", {"k1": Key("k1", "AES-256-GCM", b"a" * 32)})})
IN_A_MONTH = datetime.now(UTC) + timedelta(days=30)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LockingStore]:
    """One server for this file."""
    async with locking_store(Path(tmp_path_factory.mktemp("store"))) as started:
        yield started


@pytest.mark.requirement("V63")
async def test_a_locked_object_is_not_removed(store: LockingStore) -> None:
    """The removal is refused by name, the object is read as before; it is locked as long as was asked."""
    settings = await store.make_bucket(object_lock=True)
    bucket = Bucket(settings, RING)
    await bucket.demand_lock()
    await bucket.put_locked("a", b"proof", "proof", IN_A_MONTH)
    with pytest.raises(ObjectLocked):
        await bucket.delete("a")
    assert await bucket.get("a", "proof") == b"proof"
    held = await bucket.locked_until("a")
    assert held is not None
    assert abs(held - IN_A_MONTH) < timedelta(seconds=1)
    bucket.close()


@pytest.mark.requirement("V57", "V63")
async def test_a_bucket_that_locks_everything_is_refused(store: LockingStore) -> None:
    """A default term would lock photos along with anchors. Control: the same bucket without it is taken."""
    settings = await store.make_bucket(object_lock=True)
    bucket = Bucket(settings, RING)
    await asyncio.to_thread(bucket._client.set_object_lock_config, settings.name, ObjectLockConfig(COMPLIANCE, 1, DAYS))
    with pytest.raises(BucketWithoutLock, match="default retention"):
        await bucket.demand_lock()
    await asyncio.to_thread(bucket._client.delete_object_lock_config, settings.name)
    await bucket.demand_lock()
    bucket.close()


@pytest.mark.requirement("V63")
async def test_control_an_unlocked_object_beside_it_is_removed(store: LockingStore) -> None:
    """Control: in the same bucket, put without a lock, written over and removed, nothing is left."""
    settings = await store.make_bucket(object_lock=True)
    bucket = Bucket(settings, RING)
    await bucket.put_locked("a", b"proof", "proof", IN_A_MONTH)
    for content in (b"one", b"two"):
        await bucket.put("b", content, "proof")
    assert await bucket.locked_until("b") is None
    await bucket.delete("b")
    assert await store.versions(settings.name, "b") == []
    assert len(await store.versions(settings.name, "a")) == 1
    bucket.close()


@pytest.mark.requirement("V63")
async def test_what_is_written_over_a_locked_object_lies_above_it(store: LockingStore) -> None:
    """The bucket's holder writes over it and hides it: the locked version stays, is listed where one asks for covered
    keys, and removing what lies above brings it back."""
    settings = await store.make_bucket(object_lock=True)
    bucket = Bucket(settings, RING)
    await bucket.put_locked("a", b"proof", "proof", IN_A_MONTH)
    first = await store.versions(settings.name, "a")
    await store.cover(settings.name, "a", b"forged")
    await store.hide(settings.name, "a")
    with pytest.raises(ObjectMissing):
        await bucket.get("a", "proof")
    assert await bucket.list_keys("") == []
    assert await bucket.list_keys("", covered=True) == ["a"]
    with pytest.raises(ObjectLocked):
        await bucket.delete("a")
    assert await store.versions(settings.name, "a") == first
    assert await bucket.get("a", "proof") == b"proof"
    bucket.close()


@pytest.mark.requirement("V63")
async def test_a_bucket_without_lock_is_told(store: LockingStore) -> None:
    """It is named before anything is stored; whoever stores all the same is refused, and nothing lies there."""
    settings = await store.make_bucket(object_lock=False)
    bucket = Bucket(settings, RING)
    with pytest.raises(BucketWithoutLock, match=settings.name):
        await bucket.demand_lock()
    await asyncio.to_thread(_keep_versions, store, settings)
    with pytest.raises(BucketWithoutLock, match="without object lock"):
        await bucket.demand_lock()
    with pytest.raises(ObjectStoreUnavailable):
        await bucket.put_locked("a", b"proof", "proof", IN_A_MONTH)
    assert await store.versions(settings.name, "a") == []
    bucket.close()


@pytest.mark.requirement("V63")
async def test_a_server_that_only_echoes_the_lock_is_found_out(engines: Engines) -> None:
    """The local server takes the lock's headers, gives them back and removes the object all the same: it is told before
    and after. Control: put without a lock it stores as ever."""
    bucket = Bucket(engines.settings("institution", "none").bucket, RING)
    with pytest.raises(BucketWithoutLock, match="no versions"):
        await bucket.demand_lock()
    with pytest.raises(BucketWithoutLock, match="did not lock"):
        await bucket.put_locked("locks/a", b"proof", "proof", IN_A_MONTH)
    assert await bucket.locked_until("locks/a") is None
    await bucket.put("locks/b", b"proof", "proof")
    assert await bucket.get("locks/b", "proof") == b"proof"
    for key in ("locks/a", "locks/b"):
        await bucket.delete(key)
        assert not await bucket.exists(key)
    bucket.close()


def _keep_versions(store: LockingStore, settings: BucketSettings) -> None:
    store.operator.set_bucket_versioning(bucket_name=settings.name, config=VersioningConfig(ENABLED))
