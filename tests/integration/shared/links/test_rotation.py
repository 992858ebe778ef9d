"""Secrets are exchanged while the process works with them (V53): database under load, broker, object store."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from pydantic import SecretStr

from deploy.local.credentials import write_private
from shared.ids import new_id
from shared.messaging.publisher import BROKER_ERRORS, Outcome, OutgoingMessage, Publisher
from shared.objectstore import Bucket, ObjectStoreUnavailable
from shared.postgres.database import Database
from shared.secret_files import SecretFile
from shared.settings import BrokerSettings, BucketSettings, PostgresSettings
from tests.integration.shared.links.peers import HERE, free_port, store
from tests.integration.shared.objectstore.test_versions import RING
from tests.integration.shared.web.conftest import Edge, serve_edge
from tests.support.engines import Engines
from tests.support.waiting import wait_until

ROLE = "rotated"
SERVICE = "notification"
CLIENTS = 8
REPEATS = 3
"""Times a client repeats a request that was answered 503, always under the same key, as the interface tells it to."""


@dataclass
class Load:
    """Clients that never stop adding things."""

    edge: Edge
    patience: int = REPEATS
    done: int = 0
    repeated: int = 0
    failed: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For the length of the block."""
        stop = asyncio.Event()
        clients = [asyncio.create_task(self._client(stop)) for _ in range(CLIENTS)]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*clients)

    async def until_more(self, count: int) -> None:
        """Wait for so many more answers, good or bad."""
        goal = self.done + len(self.failed) + count
        await wait_until(lambda: self.done + len(self.failed) >= goal, seconds=60, what="requests answered")

    async def _client(self, stop: asyncio.Event) -> None:
        caller = self.edge.caller()
        while not stop.is_set():
            key = str(new_id())
            for _ in range(1 + self.patience):
                got = await caller.post("/things", {"name": "x"}, key=key)
                if got.status != 503:
                    break
                self.repeated += 1
            if got.status == 201:
                self.done += 1
            else:
                self.failed.append(got.code or str(got.status))


@dataclass
class Role:
    """A database role with the rights of the service's own, whose password this test exchanges."""

    admin: asyncpg.Connection
    file: Path

    async def set_password(self, password: str) -> None:
        """In the server only."""
        await self.admin.execute(f"ALTER ROLE {ROLE} PASSWORD '{password}'")

    async def end_one(self) -> bool:
        """End the oldest of its connections; False when there is none."""
        return bool(
            await self.admin.fetchval(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 "
                "ORDER BY backend_start LIMIT 1",
                ROLE,
            )
        )

    async def open_since(self, moment: object) -> tuple[int, int]:
        """(connections opened before `moment`, after it)."""
        row = await self.admin.fetchrow(
            "SELECT count(*) FILTER (WHERE backend_start < $2), count(*) FILTER (WHERE backend_start >= $2) "
            "FROM pg_stat_activity WHERE usename = $1",
            ROLE,
            moment,
        )
        assert row is not None
        return row[0], row[1]

    async def rotate(self, load: Load) -> None:
        """The role first, the file a moment later, with connections ended in between and after, one at a time."""
        password, moment = secrets.token_hex(16), await self.admin.fetchval("SELECT clock_timestamp()")
        await self.set_password(password)
        await self.end_one()
        await load.until_more(2 * CLIENTS)
        write_private(self.file, password)
        while (await self.open_since(moment))[0]:
            await self.end_one()
            await load.until_more(CLIENTS)


@asynccontextmanager
async def rotating_edge(
    engines: Engines, folder: Path, secret_of: Callable[[Path], SecretStr]
) -> AsyncIterator[tuple[Edge, Role]]:
    """The HTTP edge over a pool of the role; `secret_of` makes the setting from the file."""
    async with engines.database(SERVICE) as name:
        admin = await asyncpg.connect(_admin(engines, name))
        role = Role(admin, folder / "password")
        await admin.execute(f"CREATE ROLE {ROLE} LOGIN IN ROLE {SERVICE}")
        await admin.execute(f"ALTER ROLE {ROLE} SET search_path = {SERVICE}, public")
        first = secrets.token_hex(16)
        await role.set_password(first)
        write_private(role.file, first)
        parts = urlsplit(engines.stack.admin_dsn)
        settings = PostgresSettings(
            dsn=SecretStr(f"postgresql://{ROLE}@{HERE}:{parts.port}/{name}"), password=secret_of(role.file), pool_size=6
        )
        database = await Database.connect(settings, "test.rotation")
        try:
            async with serve_edge(database) as edge:
                yield edge, role
        finally:
            await database.close()
            await admin.execute(f"DROP ROLE {ROLE}")
            await admin.close()


def _admin(engines: Engines, database: str) -> str:
    return engines.stack.admin_dsn.rsplit("/", 1)[0] + f"/{database}"


@pytest.mark.requirement("V53")
async def test_the_database_password_rotates_under_load(engines: Engines, tmp_path: Path) -> None:
    """Three rotations under a stream of commits, every connection ended one by one, role and file at odds in between:
    each request ends well, and each has its effect exactly once."""
    async with rotating_edge(engines, tmp_path, SecretFile) as (edge, role):
        load = Load(edge)
        async with load.running():
            for _ in range(3):
                await load.until_more(50)
                await role.rotate(load)
            await load.until_more(50)
        assert load.failed == []
        assert load.done > 200
        assert await edge.effects() == load.done
        print(f"rotations 3, requests {load.done}, repeated {load.repeated}, failed {len(load.failed)}")


@pytest.mark.requirement("V53")
async def test_open_connections_outlive_a_rotation(engines: Engines, tmp_path: Path) -> None:
    """Nothing is ended when nobody ends it: the connections of before go on working, and new ones join them."""
    async with rotating_edge(engines, tmp_path, SecretFile) as (edge, role):
        load = Load(edge)
        async with load.running():
            await load.until_more(50)
            moment = await role.admin.fetchval("SELECT clock_timestamp()")
            password = secrets.token_hex(16)
            await role.set_password(password)
            write_private(role.file, password)
            await load.until_more(50)
            assert (await role.open_since(moment))[0] > 0
        assert (load.failed, load.repeated) == ([], 0)
        one = await edge.database.dedicated()
        await one.close()


@pytest.mark.requirement("V53")
async def test_control_a_password_read_once_fails(engines: Engines, tmp_path: Path) -> None:
    """The same rotation, with the password taken from the file at the start and kept: requests fail."""

    def once(file: Path) -> SecretStr:
        return SecretStr(file.read_text(encoding="utf-8"))

    async with rotating_edge(engines, tmp_path, once) as (edge, role):
        load = Load(edge, patience=0)
        async with load.running():
            await load.until_more(50)
            password = secrets.token_hex(16)
            await role.set_password(password)
            write_private(role.file, password)
            while await role.end_one():
                pass
            await load.until_more(2 * CLIENTS)
        assert "database_unavailable" in load.failed
        assert set(load.failed) <= {"database_unavailable", "commit_unknown"}


@pytest.mark.requirement("V53")
async def test_the_brokers_password_rotates(engines: Engines, tmp_path: Path) -> None:
    """A connection that is open goes on; the next one uses what the file holds then. Control: a password kept from the
    start is refused."""
    control, file = engines.stack.rabbitmqctl, tmp_path / "password"
    parts = urlsplit(engines.stack.around.broker_url(SERVICE))
    first, second, host = secrets.token_hex(16), secrets.token_hex(16), parts.path.lstrip("/")
    accounts, by = "rabbit_auth_backend_internal", '<<"test">>'
    added = f'{accounts}:add_user(<<"{ROLE}">>,<<"{first}">>,{by})'
    await control("eval", f'{added},{accounts}:set_permissions(<<"{ROLE}">>,<<"{host}">>,<<>>,<<".*">>,<<>>,{by}).')
    write_private(file, first)
    url = SecretStr(f"amqp://{ROLE}@{HERE}:{parts.port}/{host}")
    live, kept = (BrokerSettings(url=url, password=one) for one in (SecretFile(file), SecretStr(first)))
    publisher = await Publisher.open(live, "test.rotation")
    await control("change_password", ROLE, second)
    write_private(file, second)
    message = OutgoingMessage("events", "nobody.listens.v1", new_id(), "nobody.listens.v1", b"{}", "test")
    assert await publisher.publish([message]) == [Outcome.UNROUTABLE]
    again = await Publisher.open(live, "test.rotation")
    assert await again.publish([message]) == [Outcome.UNROUTABLE]
    with pytest.raises(BROKER_ERRORS):
        await Publisher.open(kept, "test.rotation")
    await publisher.close()
    await again.close()


@pytest.mark.requirement("V53")
async def test_the_object_stores_secret_rotates(tmp_path: Path) -> None:
    """Every request is signed with what the file holds then. Control: a secret kept from the start is refused."""
    file, port = tmp_path / "secret", free_port()
    write_private(file, "first-secret")

    def bucket(secret: SecretStr) -> Bucket:
        settings = BucketSettings(
            endpoint=f"{HERE}:{port}", access_key="some-access-key", secret_key=secret, name="photos", secure=False
        )
        return Bucket(settings, RING)

    live, kept = bucket(SecretFile(file)), bucket(SecretStr("first-secret"))
    async with store(tmp_path / "data", None, "first-secret", port):
        for one in (live, kept):
            await one.put("cards/a", b"photo", "image")
    async with store(tmp_path / "data", None, "second-secret", port):
        with pytest.raises(ObjectStoreUnavailable):
            await live.get("cards/a", "image")
        write_private(file, "second-secret")
        assert await live.get("cards/a", "image") == b"photo"
        with pytest.raises(ObjectStoreUnavailable):
            await kept.get("cards/a", "image")
    live.close()
    kept.close()
