"""Argon2id in two threads with a short queue: hashing must neither stop the event loop nor eat the machine (V13)."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Unavailable

_WAITING: Final = 64
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
Result = TypeVar("Result")


class TooManyPasswords(Unavailable):
    """More passwords wait to be checked than can be checked in time."""

    code = "too_many_logins"
    message_zh = "登录人数较多，请稍后重试。"
    message_en = "Many people are logging in; please try again shortly."


@cache
def _hash_of_nobody() -> str:
    """Checked when there is no account: an unknown phone takes as long as a known one (V6)."""
    return _HASHER.hash("nobody has this password")


class Passwords:
    """Hashes and checks passwords; 19 MiB and about 25 ms each (OWASP: m=19456, t=2, p=1)."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = _hash_of_nobody()

    async def hash(self, password: str) -> str:
        """The PHC string to store. Raises TooManyPasswords."""
        return await self._in_thread(lambda: _HASHER.hash(_composed(password)))

    async def holds(self, phc: str | None, password: str) -> bool:
        """Whether the password is the stored one; always costs one check. Raises TooManyPasswords."""
        matches = await self._in_thread(lambda: self._check(phc or self._nobody, password))
        return matches and phc is not None

    def close(self) -> None:
        """Give up the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, phc: str, password: str) -> bool:
        try:
            return _HASHER.verify(phc, _composed(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= _WAITING:
            raise TooManyPasswords(retry_after=5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _composed(password: str) -> str:
    """One form for what looks the same: keyboards differ in how they send an accented or full-width character."""
    return unicodedata.normalize("NFKC", password)
