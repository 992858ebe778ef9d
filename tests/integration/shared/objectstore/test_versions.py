"""A bucket that keeps versions: what is removed is gone in all of them (V57)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import web
from pydantic import SecretStr

from shared.objectstore import Bucket, ObjectMissing
from shared.security.keyring import Key, Keyring
from shared.settings import BucketSettings

RING = Keyring({"image": ("k1", {"k1": Key("k1", "AES-256-GCM", b"a" * 32)})})


@dataclass
class VersionedStore:
    """An S3 server with versioning on, as far as the protocol is used here: every write and every plain removal adds a
    version, and only a removal that names a version takes one away."""

    versions: dict[str, list[tuple[str, bytes | None]]] = field(default_factory=dict)
    made: int = 0
    port: int = 0

    async def put(self, request: web.Request) -> web.Response:
        """PUT /bucket/key"""
        self._add(request.match_info["key"], await request.read())
        return web.Response(headers={"ETag": '"e"'})

    async def get(self, request: web.Request) -> web.Response:
        """GET /bucket/key"""
        newest = (self.versions.get(request.match_info["key"]) or [("", None)])[-1][1]
        if newest is None:
            return _xml("<Error><Code>NoSuchKey</Code></Error>", 404)
        return web.Response(body=newest, headers={"ETag": '"e"'})

    async def delete(self, request: web.Request) -> web.Response:
        """DELETE /bucket/key[?versionId=]"""
        key, version = request.match_info["key"], request.query.get("versionId")
        if version is None:
            self._add(key, None)
        else:
            self.versions[key] = [one for one in self.versions[key] if one[0] != version]
        return web.Response(status=204)

    async def list(self, request: web.Request) -> web.Response:
        """GET /bucket?versions"""
        assert "versions" in request.query
        items = [
            f"<{kind}><Key>{key}</Key><VersionId>{version}</VersionId><IsLatest>false</IsLatest></{kind}>"
            for key, versions in self.versions.items()
            if key.startswith(request.query["prefix"])
            for version, data in versions
            for kind in ["Version" if data is not None else "DeleteMarker"]
        ]
        head = "<Name>photos</Name><IsTruncated>false</IsTruncated>"
        return _xml(f"<ListVersionsResult>{head}{''.join(items)}</ListVersionsResult>", 200)

    def _add(self, key: str, data: bytes | None) -> None:
        self.made += 1
        self.versions.setdefault(key, []).append((f"v{self.made}", data))


def _xml(body: str, status: int) -> web.Response:
    return web.Response(status=status, text=f"<?xml version='1.0'?>{body}", content_type="application/xml")


@pytest_asyncio.fixture(loop_scope="session")
async def store() -> AsyncIterator[VersionedStore]:
    """The server, listening."""
    made = VersionedStore()
    app = web.Application()
    app.router.add_put("/photos/{key:.+}", made.put)
    app.router.add_get("/photos/{key:.+}", made.get)
    app.router.add_delete("/photos/{key:.+}", made.delete)
    app.router.add_get("/photos", made.list)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


def bucket(store: VersionedStore, *, versioned: bool) -> Bucket:
    """The bucket as a service opens it."""
    settings = BucketSettings(
        endpoint=f"127.0.0.1:{store.port}",
        access_key="someaccesskey",
        secret_key=SecretStr("somesecretkey"),
        name="photos",
        secure=False,
        versioned=versioned,
    )
    return Bucket(settings, RING)


@pytest.mark.requirement("V57")
async def test_a_removed_photo_leaves_no_version(store: VersionedStore) -> None:
    """Written twice and removed: no version is left of it, and a neighbour whose key begins alike keeps his."""
    used = bucket(store, versioned=True)
    for key in ("cards/a", "cards/a", "cards/ab"):
        await used.put(key, b"photo", "image")
    await used.delete("cards/a")
    assert store.versions["cards/a"] == []
    assert len(store.versions["cards/ab"]) == 1
    with pytest.raises(ObjectMissing):
        await used.get("cards/a", "image")
    assert await used.get("cards/ab", "image") == b"photo"
    used.close()


@pytest.mark.requirement("V57")
async def test_control_a_plain_removal_keeps_old_versions(store: VersionedStore) -> None:
    """Control: unless the setting says that the bucket keeps versions, the photo lives on below its marker."""
    used = bucket(store, versioned=False)
    await used.put("cards/a", b"photo", "image")
    await used.delete("cards/a")
    assert [data is not None for _, data in store.versions["cards/a"]] == [True, False]
    used.close()
