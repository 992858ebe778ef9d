"""Key pairs on the real object store of the local stack (V45)."""

import asyncio
import io
from http import HTTPStatus

import aiohttp
import pytest
import urllib3
from minio import Minio
from minio.error import InvalidResponseError, S3Error

from deploy.local.engines.objectstore import bucket
from deploy.local.home import SERVICES
from deploy.local.stack import Stack

REFUSED = (S3Error, InvalidResponseError)


def _client(stack: Stack, service: str, *, secret: str | None = None) -> Minio:
    told, prefix = stack.environment(service), service.upper()
    return Minio(
        endpoint=told[f"{prefix}_BUCKET__ENDPOINT"],
        access_key=told[f"{prefix}_BUCKET__ACCESS_KEY"],
        secret_key=secret or stack.objectstore.secret_key(service),
        secure=False,
        region="us-east-1",
        http_client=urllib3.PoolManager(retries=False, timeout=10),
    )


def _put(client: Minio, name: str, key: str, body: bytes) -> None:
    client.put_object(bucket_name=name, object_name=key, data=io.BytesIO(body), length=len(body))


def _get(client: Minio, name: str, key: str) -> bytes:
    response = client.get_object(bucket_name=name, object_name=key)
    try:
        return bytes(response.read())
    finally:
        response.close()


@pytest.mark.requirement("V45")
async def test_a_key_opens_its_own_bucket_and_no_other(engines: Stack) -> None:
    """The matrix of credentials and buckets has entries on its diagonal only, for reading, writing and listing."""

    def check() -> None:
        for owner in SERVICES:
            _put(_client(engines, owner), bucket(owner), "probe", owner.encode())
        for owner in SERVICES:
            for other in SERVICES:
                client = _client(engines, owner)
                if owner == other:
                    assert _get(client, bucket(other), "probe") == owner.encode()
                    assert [found.object_name for found in client.list_objects(bucket_name=bucket(other))] == ["probe"]
                    continue
                with pytest.raises(REFUSED):
                    _get(client, bucket(other), "probe")
                with pytest.raises(REFUSED):
                    _put(client, bucket(other), "intruder", b"x")
                with pytest.raises(REFUSED):
                    list(client.list_objects(bucket_name=bucket(other)))
            assert [found.name for found in _client(engines, owner).list_buckets()] == [bucket(owner)]

    await asyncio.to_thread(check)


@pytest.mark.requirement("V45")
async def test_a_wrong_secret_is_refused(engines: Stack) -> None:
    """Knowing a key id is not enough."""

    def check() -> None:
        with pytest.raises(REFUSED):
            _get(_client(engines, "identity", secret="0" * 32), bucket("identity"), "probe")

    await asyncio.to_thread(check)


@pytest.mark.requirement("V45")
async def test_nothing_is_served_without_a_signature(engines: Stack) -> None:
    """Anonymous reading and listing are refused."""
    async with aiohttp.ClientSession() as session:
        for path in ("", f"/{bucket('identity')}", f"/{bucket('identity')}/probe"):
            async with session.get(f"http://{engines.objectstore.endpoint}{path}") as answer:
                assert answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
