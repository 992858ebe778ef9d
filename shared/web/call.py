"""What a handler receives: the verified caller, the open transaction or reader, the time, parsed path and query."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from aiohttp import web

from shared.actor import Actor
from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.postgres.database import Database
from shared.postgres.transaction import Reader, Transaction

Deps = TypeVar("Deps")
Language = Literal["zh", "en"]


@dataclass(slots=True)
class Call(Generic[Deps]):
    """One request on its way. `tx` is set for commands, `reader` for both (it is `tx` for commands)."""

    deps: Deps
    database: Database
    request: web.Request
    request_id: str
    actor: Actor
    now: datetime
    language: Language
    client_address_of: Callable[[web.Request], str]
    leaving: asyncio.Event
    """Set when the process is told to stop."""
    authorise: Callable[[web.Request], Awaitable[Actor]]
    query: Any = None
    idempotency_key: str = ""
    _version: int | None = None
    _tx: Transaction | None = None
    _reader: Reader | None = None

    @property
    def tx(self) -> Transaction:
        """The open transaction of a command."""
        if self._tx is None:
            raise RuntimeError("this route opened no transaction")
        return self._tx

    @property
    def reader(self) -> Reader:
        """A connection to read with."""
        reader = self._tx or self._reader
        if reader is None:
            raise RuntimeError("this route opened no connection")
        return reader

    @property
    def client_address(self) -> str:
        """Where the request came from, as far as trusted proxies say (V71)."""
        return self.client_address_of(self.request)

    async def is_still_allowed(self) -> bool:
        """Whether the caller would be let in now: no when the token ran out or its session ended meanwhile."""
        try:
            await self.authorise(self.request)
        except (Unauthenticated, Forbidden):
            return False
        return True

    @property
    def path(self) -> dict[str, str]:
        """Path parameters as text."""
        return dict(self.request.match_info)

    def path_id(self, name: str) -> UUID:
        """A path parameter as UUID. Raises NotFound when it is none: such a thing can not exist."""
        try:
            return UUID(self.request.match_info[name])
        except ValueError:
            raise NotFound from None

    @property
    def expected_version(self) -> int:
        """The version in If-Match; only on versioned routes."""
        if self._version is None:
            raise RuntimeError("this route is not versioned")
        return self._version
