"""Object lock as S3 knows it: a version that nobody can remove or change before a day, not even the account's owner.
Blocking calls; only the bucket makes them. A server that takes the lock's headers need not keep the lock: some store
them as plain metadata and answer the question for the lock with a list of objects. So more than one answer is asked."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED
from minio.error import S3Error
from minio.retention import Retention

from shared.errors import Conflict

_UNTIL: Final = "x-amz-object-lock-retain-until-date"
_MODE: Final = "x-amz-object-lock-mode"
_ROUNDING: Final = timedelta(seconds=1)


class BucketWithoutLock(RuntimeError):
    """Objects are to be locked and the bucket can not do it: a deployment fault, not a request's."""


class ObjectLocked(Conflict):
    """The object is under a retention lock that has not run out; it is still there."""

    code = "object_locked"
    message_zh = "该文件处于保留锁定期内，不能删除，请在期满后重试。"
    message_en = "This file is under a retention lock and can not be removed; try again when its term is over."


def retention(until: datetime) -> Retention:
    """What is asked for: COMPLIANCE, which nobody may shorten."""
    return Retention(mode=COMPLIANCE, retain_until_date=until.astimezone(UTC))


def locked_until(client: Minio, bucket: str, key: str, version: str | None = None) -> datetime | None:
    """Until when the version, else the newest, is locked; None where it is not, or not for good. Raises S3Error."""
    found = client.stat_object(bucket_name=bucket, object_name=key, version_id=version)
    told: dict[str, Any] = {name.lower(): value for name, value in (found.metadata or {}).items()}
    # A lock needs versions: without them the headers are metadata, and the next write is over it.
    if found.version_id is None or told.get(_MODE) != COMPLIANCE or not told.get(_UNTIL):
        return None
    return datetime.fromisoformat(str(told[_UNTIL]))


def demand_lock(client: Minio, bucket: str) -> None:
    """Raise BucketWithoutLock unless the bucket keeps versions and was made with object lock, and locks nothing by
    itself: a default term would keep photos that a person has a right to see erased (V57). Raises S3Error."""
    if client.get_bucket_versioning(bucket_name=bucket).status != ENABLED:
        raise BucketWithoutLock(f"{bucket} keeps no versions")
    try:
        told = client.get_object_lock_config(bucket_name=bucket)
    except S3Error as error:
        if error.code != "ObjectLockConfigurationNotFoundError":
            raise
        raise BucketWithoutLock(f"{bucket} was made without object lock") from error
    if told.mode is not None or told.duration is not None:
        raise BucketWithoutLock(f"{bucket} has a default retention, which would lock everything in it: remove it")


def demand_locked(client: Minio, bucket: str, key: str, version: str | None, until: datetime) -> None:
    """Raise BucketWithoutLock unless what was just written is locked at least until then. Raises S3Error."""
    held = locked_until(client, bucket, key, version) if version is not None else None
    if held is None or held < until - _ROUNDING:
        raise BucketWithoutLock(f"{bucket} took an object and did not lock it")


def remove_versions(client: Minio, bucket: str, key: str) -> None:
    """Remove a key in all versions that are not locked. Raises ObjectLocked when one is left, S3Error."""
    locked: S3Error | None = None
    for one in client.list_objects(bucket_name=bucket, prefix=key, include_version=True):
        if one.object_name != key:
            continue
        try:
            client.remove_object(bucket_name=bucket, object_name=key, version_id=one.version_id)
        except S3Error as error:
            if one.is_delete_marker or locked_until(client, bucket, key, one.version_id) is None:
                raise
            locked = error
    if locked is not None:
        raise ObjectLocked from locked
