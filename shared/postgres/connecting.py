"""How a connection to PostgreSQL is opened: with TLS where it is demanded and never without it then (V52), with the
password that its file holds at that moment (V53), and knowing the types that the process has met."""

import asyncio
import time
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any, Final

import asyncpg
import structlog

from shared.settings import ConnectionSettings
from shared.tls import client_context

log = structlog.get_logger()

_PATIENCE: Final = 4.0
"""Seconds, less than borrowers of the pool wait: so long may the role and the file of its password disagree."""
_PAUSE: Final = 0.1
_FIRST_ASSIGNED_OID: Final = 10_000
"""Below it stand the types that PostgreSQL itself numbers, the same in every server; from it on each server assigns."""
_SYSTEM_TYPES: dict[frozenset[int], Any] = {}
_NOT_ASKED: Final = SimpleNamespace(name="known")
"""In place of the statement that would have asked: it has a name, so it took no other statement's place."""


class KnowingConnection(asyncpg.Connection):
    """A connection that does not ask for what another one was told. The driver asks for arrays and the like on each
    connection anew, some six times until it is warm, and the server needs 5 ms of processor time for an answer."""

    async def _introspect_types(self, typeoids: Collection[int], timeout: float) -> tuple[Any, Any]:
        wanted = frozenset(typeoids)
        if max(wanted) >= _FIRST_ASSIGNED_OID:
            told: tuple[Any, Any] = await super()._introspect_types(typeoids, timeout)  # type: ignore[misc]
            return told
        if (known := _SYSTEM_TYPES.get(wanted)) is not None:
            return known, _NOT_ASKED
        _SYSTEM_TYPES[wanted], statement = await super()._introspect_types(typeoids, timeout)  # type: ignore[misc]
        return _SYSTEM_TYPES[wanted], statement


async def connect_with(settings: ConnectionSettings, dsn: str | None = None, **options: Any) -> Any:
    """A new connection; `options` are the driver's. A refused password is read again and tried again for a while:
    whoever rotates it can not change the role and the file in one step. Raises one of CONNECTION_ERRORS."""
    options.setdefault("timeout", 5)
    options["connection_class"] = KnowingConnection
    deadline = time.monotonic() + _PATIENCE
    while True:
        password = settings.password.get_secret_value() if settings.password is not None else None
        context = client_context(settings.tls) if settings.demands_tls else False
        try:
            return await asyncpg.connect(
                dsn or settings.dsn.get_secret_value(), password=password, ssl=context, **options
            )
        except asyncpg.InvalidPasswordError:
            if settings.password is None or time.monotonic() > deadline:
                raise
            log.warning("database_password_refused")
        await asyncio.sleep(_PAUSE)
