"""How a connection to PostgreSQL is opened: with TLS where it is demanded and never without it then (V52), with the
password that its file holds at that moment (V53)."""

import asyncio
import time
from typing import Any, Final

import asyncpg
import structlog

from shared.settings import ConnectionSettings
from shared.tls import client_context

log = structlog.get_logger()

_PATIENCE: Final = 4.0
"""Seconds, less than borrowers of the pool wait: so long may the role and the file of its password disagree."""
_PAUSE: Final = 0.1


async def connect_with(settings: ConnectionSettings, dsn: str | None = None, **options: Any) -> Any:
    """A new connection; `options` are the driver's. A refused password is read again and tried again for a while:
    whoever rotates it can not change the role and the file in one step. Raises one of CONNECTION_ERRORS."""
    options.setdefault("timeout", 5)
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
