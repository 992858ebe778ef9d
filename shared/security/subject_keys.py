"""The store of subject keys: a random secret per person, and one per day for codes on their way, in a database of its
own outside the services' backups. What was sealed for a subject is unreadable everywhere once its key is destroyed,
and the store's log of erasures tells a restored service whom to forget again (V58)."""

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from shared.circuit import Circuit
from shared.errors import NotFound, Unavailable
from shared.postgres.database import Database, DatabaseUnavailable
from shared.postgres.transaction import Reader
from shared.security.keyring import KeyMissing
from shared.settings import SubjectKeySettings

_SECONDS: Final = 60.0
"""How long a key is remembered: a process may open what it opened just before for so long after the erasure."""
_REMEMBERED: Final = 10_000
_REFUSED_SECONDS: Final = 2.0
"""How long nobody waits for a store that just did not answer; then one finds out for all."""
_DAY: Final = 8
"""Version of the UUIDs that name days; persons have others."""

_FIND: Final = "SELECT secret, erased FROM subject_keys.find_key($1)"
_TAKE: Final = "SELECT subject_keys.take_key($1, $2)"
_DESTROY: Final = "SELECT subject_keys.destroy_key($1)"
_DESTROY_DAYS: Final = "SELECT subject_keys.destroy_days($1)"
_ERASED: Final = "SELECT position, subject_id FROM subject_keys.erased_after($1, $2)"
_LACKING: Final = "SELECT subject_id FROM subject_keys.lacking($1::uuid[])"


_T = TypeVar("_T")


class SubjectErased(NotFound):
    """The key of whoever this is about was destroyed: nothing opens it any more, wherever it was copied from (V58)."""

    code = "subject_erased"
    message_zh = "该账号已注销，其个人信息已被永久销毁，无法读取或恢复。如需继续使用，请重新注册。"
    message_en = (
        "This account was closed and its personal data destroyed for good; it can not be read or restored. "
        "Register again to go on."
    )


@dataclass(frozen=True, slots=True)
class Erased:
    """One line of the store's log; positions grow and have no gaps that fill later."""

    position: int
    subject_id: UUID


def subject_of_day(day: date) -> UUID:
    """Whose key seals codes and the phones they go to on one day of Shanghai: nobody's, for a few days."""
    return UUID(f"00000000-0000-{_DAY}000-8000-0000{day:%Y%m%d}")


class SubjectKeys:
    """Finds, makes and destroys the keys; remembers those used lately. Callers hold transactions of their own: a call
    waits `patience` seconds in all, for a connection and the answer."""

    def __init__(self, database: Database, patience: float) -> None:
        self._database = database
        self._patience = patience
        self._circuit = Circuit(1, _REFUSED_SECONDS)
        self._given_up: set[asyncio.Task[Any]] = set()
        self._known: OrderedDict[UUID, tuple[bytes, float]] = OrderedDict()

    @classmethod
    async def connect(cls, settings: SubjectKeySettings, application: str) -> "SubjectKeys":
        """Connections are opened when they are needed: a service starts while the store is away."""
        return cls(await Database.connect(settings, application, at_once=False), settings.command_timeout)

    async def find(self, subject: UUID) -> bytes:
        """The secret of a subject. Raises SubjectErased, KeyMissing for one the store never heard of, and
        DatabaseUnavailable while it does not answer."""
        if (secret := self._remembered(subject)) is not None:
            return secret
        row = await self._ask(lambda reader: reader.fetchrow(_FIND, subject))
        if row is None and subject.version == _DAY:
            raise SubjectErased
        if row is None:
            raise KeyMissing(f"the store of subject keys has no key of {subject}")
        if row["erased"]:
            raise SubjectErased
        return self._remember(subject, row["secret"])

    async def take(self, subject: UUID) -> bytes:
        """The secret of a subject, made now where there is none yet. Raises SubjectErased, DatabaseUnavailable."""
        if (secret := self._remembered(subject)) is not None:
            return secret
        secret = await self._ask(lambda reader: reader.fetchval(_TAKE, subject, os.urandom(32)))
        if secret is None:
            raise SubjectErased
        return self._remember(subject, secret)

    async def destroy(self, subject: UUID) -> None:
        """Destroy a person's key for good and log it; once more is no error (V58)."""
        await self._ask(lambda reader: reader.fetchval(_DESTROY, subject))
        self._known.pop(subject, None)

    async def destroy_days(self, before: date) -> int:
        """Destroy the keys of all days before one; how many."""
        count: int = await self._ask(lambda reader: reader.fetchval(_DESTROY_DAYS, subject_of_day(before)))
        if count:
            self._known.clear()
        return count

    async def erased_after(self, position: int, limit: int) -> list[Erased]:
        """The log of erased persons behind a position, in order."""
        return [Erased(**row) for row in await self._ask(lambda reader: reader.fetch(_ERASED, position, limit))]

    async def lacking(self, subjects: Sequence[UUID]) -> list[UUID]:
        """Which of these have no key, and were not erased: a lost store, or values from before there were keys."""
        return [row["subject_id"] for row in await self._ask(lambda reader: reader.fetch(_LACKING, subjects))]

    async def close(self) -> None:
        """Give up the connections."""
        await self._database.close()

    async def _ask(self, ask: Callable[[Reader], Awaitable[_T]]) -> _T:
        """The store's answer. Raises DatabaseUnavailable when it does not come in time, and at once for a while after
        that, until one caller had an answer again."""
        if wait := self._circuit.seconds_to_wait():
            raise DatabaseUnavailable(retry_after=wait)
        asking = asyncio.create_task(self._read(ask))
        try:
            await asyncio.wait({asking}, timeout=self._patience)
            if not asking.done():
                raise DatabaseUnavailable(retry_after=round(_REFUSED_SECONDS))
            answer = asking.result()
        except Unavailable:
            self._circuit.failed()
            raise
        finally:
            self._give_up(asking)
        self._circuit.succeeded()
        return answer

    async def _read(self, ask: Callable[[Reader], Awaitable[_T]]) -> _T:
        async with self._database.read() as reader:
            return await ask(reader)

    def _give_up(self, asking: asyncio.Task[Any]) -> None:
        """Nobody waits for the end of a call that is given up: a broken connection takes its time to say so."""
        if asking.done():
            return
        self._given_up.add(asking)
        asking.add_done_callback(self._ended)
        asking.cancel()

    def _ended(self, asking: asyncio.Task[Any]) -> None:
        self._given_up.discard(asking)
        if not asking.cancelled():
            asking.exception()

    def _remembered(self, subject: UUID) -> bytes | None:
        secret, until = self._known.get(subject, (None, 0.0))
        return secret if until > time.monotonic() else None

    def _remember(self, subject: UUID, secret: bytes) -> bytes:
        self._known[subject] = (secret, time.monotonic() + _SECONDS)
        self._known.move_to_end(subject)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return secret
