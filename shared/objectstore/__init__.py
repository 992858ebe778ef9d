"""The service's one bucket: objects sealed before they leave the process, under random keys. The port is narrow on
purpose (put, get, stat, delete, list, lock): on some S3 servers a tagging call replaces the object's bytes."""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider
from minio.error import InvalidResponseError, MinioException, S3Error

from shared.errors import NotFound, Unavailable
from shared.objectstore import locking
from shared.security.keyring import Keyring
from shared.security.sealing import key_id_of, seal
from shared.security.subject_sealing import open_sealed, seal_for, subject_of
from shared.settings import BucketSettings
from shared.tls import client_context

Result = TypeVar("Result")
_HEADER = 276
"""Bytes from the start that hold version, algorithm, key id and subject of every envelope."""


class ObjectStoreUnavailable(Unavailable):
    """The object store does not answer; nothing was stored."""

    code = "object_store_unavailable"
    message_zh = "文件存储暂时不可用，请稍后重新上传。"
    message_en = "File storage is not available now; please upload again shortly."


class ObjectMissing(NotFound):
    """No object under this key."""

    code = "object_missing"


class _CurrentCredentials(Provider):
    """What requests are signed with: the secret as its file holds it at that moment (V53)."""

    def __init__(self, settings: BucketSettings) -> None:
        self._settings = settings

    def retrieve(self) -> Credentials:
        """Called by the client for every request."""
        return Credentials(self._settings.access_key, self._settings.secret_key.get_secret_value())


class Bucket:
    """put/get/stat/delete/list/lock of whole objects; the blocking client runs in eight threads."""

    def __init__(self, settings: BucketSettings, keyring: Keyring) -> None:
        self._name = settings.name
        self._versioned = settings.versioned
        self._has_lock = False
        self._keyring = keyring
        self._pool = urllib3.PoolManager(
            maxsize=8,
            timeout=urllib3.Timeout(connect=3, read=20),
            retries=urllib3.Retry(total=1, backoff_factor=0.2),
            ssl_context=client_context(settings.tls) if settings.secure else None,
        )
        # `region` is given, else the client asks the server before its first call.
        self._client = Minio(
            endpoint=settings.endpoint,
            credentials=_CurrentCredentials(settings),
            region=settings.region,
            secure=settings.secure,
            http_client=self._pool,
        )
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="bucket")

    async def put(self, key: str, data: bytes, data_class: str, subject: UUID | None = None) -> None:
        """Store `data` sealed with the key of `data_class`, and of a subject (V58). The database row is written after
        this; a crash between the two leaves an orphan, which is swept (M11), never a row without an object."""
        if subject is None:
            sealed = seal(self._keyring, data_class, f"object:{key}", data)
        else:
            sealed = await seal_for(self._keyring, subject, data_class, f"object:{key}", data)
        await self._call(partial(self._write, key, sealed, None))

    async def put_locked(self, key: str, data: bytes, data_class: str, until: datetime) -> None:
        """As put, under a retention lock that nobody can take away before `until`: lock and bytes are one request.
        Raises BucketWithoutLock, ObjectStoreUnavailable."""
        sealed = seal(self._keyring, data_class, f"object:{key}", data)
        await self._call(partial(self._write, key, sealed, until))

    async def locked_until(self, key: str) -> datetime | None:
        """Until when the object is locked; None where it is not. Raises ObjectMissing, ObjectStoreUnavailable."""
        return await self._call(partial(locking.locked_until, self._client, self._name, key))

    async def demand_lock(self) -> None:
        """Raise BucketWithoutLock unless objects can be locked here, ObjectStoreUnavailable when it does not say. A
        bucket never loses its lock, so it is asked until it has said yes."""
        if not self._has_lock:
            await self._call(partial(locking.demand_lock, self._client, self._name))
            self._has_lock = True

    async def get(self, key: str, data_class: str) -> bytes:
        """The clear bytes. Raises ObjectMissing, ObjectStoreUnavailable, SealBroken, SubjectErased."""
        sealed = await self._call(partial(self._read, key))
        return await open_sealed(self._keyring, data_class, f"object:{key}", sealed)

    async def sealed_with(self, key: str) -> str:
        """The id of the key an object is sealed with. Raises ObjectMissing, ObjectStoreUnavailable."""
        return key_id_of(await self._call(partial(self._read, key, _HEADER)))

    async def reseal(self, key: str, data_class: str, subject: UUID | None = None) -> bool:
        """Bring an object under the active key, and under that of its subject; False when it was there already, or is
        gone (V47). Raises SubjectErased."""
        try:
            head = await self._call(partial(self._read, key, _HEADER))
            is_current = key_id_of(head) == self._keyring.active(data_class).id
            if is_current and subject in (None, subject_of(head)):
                return False
            await self.put(key, await self.get(key, data_class), data_class, subject or subject_of(head))
        except ObjectMissing:
            return False
        return True

    async def exists(self, key: str) -> bool:
        """Whether an object is stored under `key`."""
        try:
            await self._call(partial(self._client.stat_object, bucket_name=self._name, object_name=key))
        except ObjectMissing:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Remove an object, in all versions where the bucket keeps them (V57); removing a missing one is no error.
        Raises ObjectLocked, ObjectStoreUnavailable."""
        await self._call(partial(self._remove, key))

    async def list_keys(self, prefix: str, *, covered: bool = False) -> list[str]:
        """All keys below `prefix`; `covered`, also those that a removal only hides while a version is left."""
        return await self._call(partial(self._list, prefix, covered))

    async def list_page(self, after: str, limit: int) -> list[str]:
        """Up to `limit` keys that come after a key, in the order of their bytes."""
        return await self._call(partial(self._list_page, after, limit))

    async def ping(self) -> None:
        """Raise ObjectStoreUnavailable unless the bucket answers (readiness)."""
        await self._call(partial(self._client.bucket_exists, bucket_name=self._name))

    def close(self) -> None:
        """Give up threads and sockets."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.clear()

    def _read(self, key: str, length: int = 0) -> bytes:
        response = self._client.get_object(bucket_name=self._name, object_name=key, length=length)
        try:
            return bytes(response.read())
        finally:
            response.close()
            response.release_conn()

    def _write(self, key: str, sealed: bytes, until: datetime | None) -> None:
        written = self._client.put_object(
            bucket_name=self._name,
            object_name=key,
            data=io.BytesIO(sealed),
            length=len(sealed),
            content_type="application/octet-stream",
            retention=locking.retention(until) if until else None,
        )
        if until:
            locking.demand_locked(self._client, self._name, key, written.version_id, until)

    def _remove(self, key: str) -> None:
        if self._versioned:
            locking.remove_versions(self._client, self._name, key)
        else:
            self._client.remove_object(bucket_name=self._name, object_name=key)

    def _list(self, prefix: str, covered: bool) -> list[str]:
        found = self._client.list_objects(
            bucket_name=self._name, prefix=prefix, recursive=True, include_version=covered
        )
        return list(dict.fromkeys(str(item.object_name) for item in found if not item.is_delete_marker))

    def _list_page(self, after: str, limit: int) -> list[str]:
        found = self._client.list_objects(bucket_name=self._name, start_after=after, recursive=True)
        return [str(item.object_name) for item in islice(found, limit)]

    async def _call(self, call: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject", "ResourceNotFound"):
                raise ObjectMissing from error
            raise ObjectStoreUnavailable(retry_after=5) from error
        except InvalidResponseError as error:
            # Some servers answer a missing key with a body the client can not read.
            if _status_of(error) == 404:
                raise ObjectMissing from error
            raise ObjectStoreUnavailable(retry_after=5) from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise ObjectStoreUnavailable(retry_after=5) from error


def _status_of(error: Any) -> int | None:
    status = getattr(error, "_code", None) or getattr(error, "code", None)
    return status if isinstance(status, int) else None
