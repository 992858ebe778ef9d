"""The four kinds of peers a process opens connections to, each able to show any certificate, and reached by the very
code the services use."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import SecretStr

from deploy.local.engines.objectstore import rclone
from services.identity.authority_check.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.security.keyring import Key, Keyring
from shared.settings import BrokerSettings, BucketSettings, PostgresSettings
from shared.tls import TlsSettings
from tests.integration.shared.links.private_postgres import PrivatePostgres
from tests.support.engines import Engines
from tests.support.throwaway_authority import Pair
from tests.support.tls_front import TlsFront, serving
from tests.support.waiting import wait_until

HERE = "127.0.0.1"
_RING = Keyring({"image": ("k1", {"k1": Key("k1", "AES-256-GCM", b"a" * 32)})})
_NETWORK = (ip_network("127.0.0.0/8"),)


@dataclass(frozen=True)
class Offer:
    """What a peer shows: a certificate, or plain text without one; an `old` peer speaks TLS 1.0 and 1.1 only."""

    pair: Pair | None
    old: bool = False


class Peer(Protocol):
    """A server and the way our code reaches it."""

    async def show(self, offer: Offer) -> None:
        """Take `offer` for the connections to come."""
        ...

    async def reach(self, authority: Path | None) -> bool:
        """Open a connection and use it: verified TLS with `authority`, plain text with None. True when it
        served; raises what our code raises."""
        ...


@dataclass
class DatabasePeer:
    """PostgreSQL, certificates by reload."""

    server: PrivatePostgres

    async def show(self, offer: Offer) -> None:
        """By its configuration."""
        await self.server.show(offer.pair, old=offer.old)

    async def reach(self, authority: Path | None) -> bool:
        """The pool, and one query."""
        mode = "disable" if authority is None else "verify-full"
        settings = PostgresSettings(
            dsn=SecretStr(f"{self.server.dsn}?sslmode={mode}"), tls=TlsSettings(ca_file=authority)
        )
        database = await Database.connect(settings, "test.links")
        async with database.read() as reader:
            secure = await reader.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        await database.close()
        return secure is (authority is not None) or not self.server.native


@dataclass
class BrokerPeer:
    """RabbitMQ: a TLS listener of its own for each offer, added to the running node."""

    engines: Engines
    port: int = 0

    async def show(self, offer: Offer) -> None:
        """Starts the listener; for plain text there is the node's own."""
        plain = urlsplit(self.engines.stack.around.broker_url("notification")).port or 0
        self.port = free_port() if offer.pair else plain
        if offer.pair is None:
            return
        options = f'{{certfile,"{offer.pair.certificate}"}},{{keyfile,"{offer.pair.key}"}}'
        if offer.old:
            options += ",{versions,['tlsv1.1']},{ciphers,ssl:cipher_suites(all,'tlsv1.1')}"
        listen = f'rabbit_networking:start_ssl_listener({{"{HERE}",{self.port}}},[{options}],1)'
        await self.engines.stack.rabbitmqctl("eval", f"rabbit_networking:ensure_ssl(), {listen}.")

    async def reach(self, authority: Path | None) -> bool:
        """A publisher's connection and channel."""
        parts = urlsplit(self.engines.stack.around.broker_url("notification"))
        scheme, place = ("amqp", "amqps")[authority is not None], f"{HERE}:{self.port}{parts.path}"
        settings = BrokerSettings(
            url=SecretStr(f"{scheme}://{parts.username}:{parts.password}@{place}"), tls=TlsSettings(ca_file=authority)
        )
        publisher = await Publisher.open(settings, "test.links")
        used = publisher.is_open
        await publisher.close()
        return used


@dataclass
class StorePeer:
    """rclone's S3 server, started anew for each offer; behind a front where it must be old."""

    folder: Path
    port: int = 0
    _stack: AsyncExitStack | None = None

    async def show(self, offer: Offer) -> None:
        """Starts it."""
        await self.close()
        self._stack = AsyncExitStack()
        self.port = await self._stack.enter_async_context(store(self.folder, None if offer.old else offer.pair))
        if offer.old and offer.pair:
            context = serving(str(offer.pair.certificate), str(offer.pair.key), old=True)
            self.port = (await self._stack.enter_async_context(TlsFront(self.port, context))).listen_port

    async def reach(self, authority: Path | None) -> bool:
        """Whether the bucket answers."""
        settings = BucketSettings(
            endpoint=f"{HERE}:{self.port}",
            access_key="some-access-key",
            secret_key=SecretStr("some-secret-key"),
            name="photos",
            secure=authority is not None,
            tls=TlsSettings(ca_file=authority),
        )
        bucket = Bucket(settings, _RING)
        try:
            await bucket.ping()
        finally:
            bucket.close()
        return True

    async def close(self) -> None:
        """Stops it."""
        if self._stack is not None:
            await self._stack.aclose()


@asynccontextmanager
async def store(folder: Path, pair: Pair | None, secret: str = "some-secret-key", port: int = 0) -> AsyncIterator[int]:
    """An S3 server with one bucket, `photos`; its port."""
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    argv = ["serve", "s3", "--config", "", "--addr", f"{HERE}:{port}", "--auth-key", f"some-access-key,{secret}"]
    argv += ["--cert", str(pair.certificate), "--key", str(pair.key)] if pair else []
    process = await asyncio.create_subprocess_exec(str(rclone()), *argv, str(folder), stderr=asyncio.subprocess.DEVNULL)
    try:
        await wait_until(lambda: _listens(port), what="the S3 server listening")
        yield port
    finally:
        process.terminate()
        await process.wait()


@dataclass
class OutsidePeer:
    """A vendor's HTTP server."""

    port: int = 0
    _runner: web.AppRunner | None = None

    async def show(self, offer: Offer, callers: Path | None = None) -> None:
        """Starts it; with `callers` it wants a certificate of that authority from whoever calls."""
        await self.close()
        app = web.Application()
        app.router.add_post("/{path:.*}", _answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        pair = offer.pair
        context = serving(str(pair.certificate), str(pair.key), old=offer.old) if pair else None
        if context is not None and callers is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(callers)
        await web.TCPSite(self._runner, HERE, 0, ssl_context=context).start()
        self.port = self._runner.addresses[0][1]

    async def reach(self, authority: Path | None, ours: Pair | None = None) -> bool:
        """A question as an authority gets it."""
        scheme = "http" if authority is None else "https"
        url, tls = f"{scheme}://{HERE}:{self.port}/", TlsSettings(ca_file=authority)
        if ours is not None:
            tls = TlsSettings(ca_file=authority, certificate_file=ours.certificate, key_file=ours.key)
        outgoing = Outgoing(url, frozenset({HERE}), _NETWORK, 5, tls=tls)
        try:
            return b"token" in await outgoing.post({}, b"")
        finally:
            await outgoing.close()

    async def close(self) -> None:
        """Stops it."""
        if self._runner is not None:
            await self._runner.cleanup()


async def _answer(_request: web.Request) -> web.Response:
    return web.json_response({"access_token": "token", "expires_in": 7200})


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HERE, port)) == 0


def free_port() -> int:
    """A port of loopback nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
