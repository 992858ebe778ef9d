"""An S3 server that keeps object locks, for one test file: moto as a process of its own, over TLS as in production.
It refuses to remove a locked version, as S3 does. Unlike S3 it lets a lock be shortened: nothing here rests on that."""

import asyncio
import io
import itertools
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3
from minio import Minio
from pydantic import SecretStr

from shared.settings import BucketSettings
from shared.tls import TlsSettings, client_context
from tests.support.throwaway_authority import ThrowawayAuthority
from tests.support.waiting import wait_until

_HERE = "127.0.0.1"
_KEY, _SECRET = "some-access-key", "some-secret-key"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class LockingStore:
    """The server, and what its operator does."""

    port: int
    authority: Path
    operator: Minio
    """Stronger than a service: what somebody can do who has the bucket."""

    async def make_bucket(self, *, object_lock: bool) -> BucketSettings:
        """A bucket that keeps versions, with object lock or without; as a service opens it."""
        name = f"bucket-{next(_numbers)}"
        await asyncio.to_thread(self.operator.make_bucket, bucket_name=name, object_lock=object_lock)
        return BucketSettings(
            endpoint=f"{_HERE}:{self.port}",
            access_key=_KEY,
            secret_key=SecretStr(_SECRET),
            name=name,
            tls=TlsSettings(ca_file=self.authority),
            versioned=True,
        )

    async def hide(self, bucket: str, key: str) -> None:
        """A removal that names no version: it takes nothing away, and no plain reader sees the object any more."""
        await asyncio.to_thread(self.operator.remove_object, bucket_name=bucket, object_name=key)

    async def cover(self, bucket: str, key: str, data: bytes) -> None:
        """Write over an object: another version on top."""
        write = self.operator.put_object
        await asyncio.to_thread(write, bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data))

    async def versions(self, bucket: str, key: str) -> list[str]:
        """The ids of the versions of an object; removals are none."""

        def read() -> list[str]:
            found = self.operator.list_objects(bucket_name=bucket, prefix=key, include_version=True)
            return [str(one.version_id) for one in found if one.object_name == key and not one.is_delete_marker]

        return await asyncio.to_thread(read)


@asynccontextmanager
async def locking_store(folder: Path) -> AsyncIterator[LockingStore]:
    """The server, answering; stopped at the end."""
    authority = ThrowawayAuthority(folder / "authority", "Authority of a fictional store")
    pair = authority.issue(_HERE)
    with socket.socket() as found:
        found.bind((_HERE, 0))
        port = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "moto.server", "-H", _HERE, "-p", str(port)),
        *("-s", "-c", str(pair.certificate), "-k", str(pair.key)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    pool = urllib3.PoolManager(ssl_context=client_context(TlsSettings(ca_file=authority.file)), retries=False)
    try:
        await wait_until(lambda: _listens(port), seconds=60.0, what="the S3 server listening")
        operator = Minio(
            endpoint=f"{_HERE}:{port}", access_key=_KEY, secret_key=_SECRET, region="us-east-1", http_client=pool
        )
        yield LockingStore(port, authority.file, operator)
    finally:
        process.terminate()
        await process.wait()
        pool.clear()


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(0.5)
        return tried.connect_ex((_HERE, port)) == 0
