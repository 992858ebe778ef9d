"""Where the api role accepts connections: a number at most (V74), and where an authority of clients is set, only over
mutual TLS (V27)."""

import asyncio
import resource
import ssl

import structlog
from aiohttp import web

from shared.settings import HttpSettings
from shared.telemetry.metrics import CONNECTIONS_REFUSED

log = structlog.get_logger()

_OWN_FILES = 256
"""Descriptors besides connections: database, logs, objects."""
_HANDSHAKE_SECONDS = 10.0
_LINGERING_SECONDS = 5.0
"""How long the rest of a refused body is read and thrown away, so that the refusal is not lost in a reset."""
_LAST_ANSWERS_SECONDS = 0.2
"""Between closing the listener and the connections: requests of the last ones are read and answered."""


class Door:
    """Makes the protocol of a new connection. One beyond the number is closed at once, so that the gateway asks another
    copy; those that are there are served on."""

    def __init__(self, server: web.Server, most: int) -> None:
        self._server, self._most = server, most

    def __call__(self) -> asyncio.Protocol:
        """Called by the event loop for every accepted connection."""
        if len(self._server.connections) < self._most:
            return self._server()
        CONNECTIONS_REFUSED.inc()
        return _Closed()


class _Closed(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()


class Listener:
    """An application that accepts connections."""

    def __init__(self, runner: web.AppRunner, accepting: asyncio.Server) -> None:
        self._runner, self._accepting = runner, accepting

    @classmethod
    async def open(cls, application: web.Application, settings: HttpSettings) -> "Listener":
        """Accept until closed. Raises OSError, also for certificates that can not be read (ssl.SSLError)."""
        _make_room(settings.max_connections + _OWN_FILES)
        context = client_proving_context(settings)
        runner = web.AppRunner(
            application,
            access_log=None,
            handler_cancellation=False,
            shutdown_timeout=20,
            keepalive_timeout=settings.idle_seconds,
            lingering_time=_LINGERING_SECONDS,
        )
        await runner.setup()
        if runner.server is None:
            raise RuntimeError("a runner that was set up has a server")
        accepting = await asyncio.get_running_loop().create_server(
            Door(runner.server, settings.max_connections),
            settings.host,
            settings.port,
            ssl=context,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS if context else None,
            backlog=1024,
            reuse_port=True,
        )
        return cls(runner, accepting)

    @property
    def port(self) -> int:
        """The port, also where any free one was asked for."""
        return int(self._accepting.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Accept no more, answer what is under way, hang up."""
        self._accepting.close()
        await asyncio.sleep(_LAST_ANSWERS_SECONDS)
        await self._runner.cleanup()


def client_proving_context(settings: HttpSettings) -> ssl.SSLContext | None:
    """TLS 1.2 or newer that ends the handshake of whoever shows no certificate of the clients' authority; None when no
    certificate is set."""
    if not settings.mutual_tls:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=settings.client_ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(str(settings.certificate_file), settings.private_key_file)
    return context


def _make_room(files: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
    if possible < files:
        log.warning("few_file_descriptors", wanted=files, possible=possible)
