"""The access token of an app, held once for all copies of a service: sealed in the database, renewed by one of them
(V10). The owning service has the table wechat_token."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.clock import Clock
from shared.postgres.database import Database
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text
from shared.wechat import token_rows

_RENEW_BEFORE = timedelta(minutes=5)
"""From here on WeChat gives a new token in normal mode, and the old one goes on working for five minutes."""
_LEASE = timedelta(seconds=20)
_WAITS, _WAIT_SECONDS = 60, 0.1


class TokenOverdue(Exception):
    """Another copy renews the token and has not come back for some seconds."""


class SharedToken:
    """One per process and app. `clock` is the real one: the vendor does not travel in time. `data_class` is the class
    under which the service seals the token; what `fetch` raises comes through."""

    def __init__(
        self,
        appid: str,
        fetch: Callable[[], Awaitable[tuple[str, int]]],
        database: Database,
        keyring: Keyring,
        data_class: str,
        clock: Clock,
    ) -> None:
        self._appid = appid
        self._fetch = fetch
        self._database = database
        self._keyring = keyring
        self._data_class = data_class
        self._clock = clock

    async def current(self, beyond: int = -1) -> tuple[int, str]:
        """(version, access token), newer than version `beyond`. One copy renews; the others go on with the old token
        while it lives, or wait for the new one. Raises TokenOverdue."""
        for _ in range(_WAITS):
            now = self._clock.now()
            async with self._database.read() as reader:
                stored = await token_rows.select(reader, self._appid)
            usable = stored.expires_at is not None and stored.expires_at > now and stored.version > beyond
            fresh = usable and stored.expires_at is not None and stored.expires_at - now > _RENEW_BEFORE
            if not fresh:
                async with self._database.transaction() as tx:
                    mine = await token_rows.lock_renewal(tx, self._appid, stored.version, now, now + _LEASE)
                if mine:
                    return await self._renew(stored.version)
            if usable and stored.token_sealed is not None:
                return stored.version, unseal_text(self._keyring, self._data_class, self._place, stored.token_sealed)
            await asyncio.sleep(_WAIT_SECONDS)
        raise TokenOverdue

    async def _renew(self, version: int) -> tuple[int, str]:
        try:
            token, seconds = await self._fetch()
        except BaseException:
            async with self._database.transaction() as tx:
                await token_rows.update_released(tx, self._appid, version)
            raise
        sealed = seal_text(self._keyring, self._data_class, self._place, token)
        async with self._database.transaction() as tx:
            expires_at = self._clock.now() + timedelta(seconds=seconds)
            await token_rows.update_token(tx, self._appid, version, sealed, expires_at)
        return version + 1, token

    @property
    def _place(self) -> str:
        return f"wechat_token.token:{self._appid}"
