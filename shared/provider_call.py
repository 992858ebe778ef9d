"""One question to an outside provider that answers JSON: verified TLS, a time-out, a bounded answer, no redirect.
Errors carry no address, since addresses may hold secrets (V67)."""

import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from yarl import URL

from shared.tls import TlsSettings, client_context

_LARGEST_ANSWER: Final = 262_144


class NoAnswer(Exception):
    """Nothing certain came back. `reached` is False where the question surely never left: it may be put again."""

    def __init__(self, *, reached: bool) -> None:
        super().__init__("no answer" if reached else "not reached")
        self.reached = reached


class ProviderCall:
    """Calls one provider over connections of its own, opened when they are needed."""

    def __init__(self, timeout: float, tls: TlsSettings) -> None:
        self._timeout = timeout
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """(status, JSON object); providers explain themselves in errors too. Raises NoAnswer."""
        try:
            session = self._open()
        except OSError:
            # Files of certificates that can not be read: nothing left.
            raise NoAnswer(reached=False) from None
        try:
            async with session.request(
                method, url, headers=headers, params=query, data=body, allow_redirects=False
            ) as response:
                text = await _read(response)
                if text is None or 300 <= response.status < 400:
                    raise NoAnswer(reached=True)
                answer = json.loads(text)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            # `from None`: the driver's error holds the address, and the address may hold a secret.
            raise NoAnswer(reached=False) from None
        except (TimeoutError, aiohttp.ClientError, ValueError, OSError, RecursionError):
            raise NoAnswer(reached=True) from None
        if not isinstance(answer, dict):
            raise NoAnswer(reached=True)
        return response.status, answer

    async def close(self) -> None:
        """Give up connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._timeout, connect=self._timeout / 2)
            connector = aiohttp.TCPConnector(ssl=client_context(self._tls))
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, or None for more than anybody has to say."""
    text = b""
    async for chunk in response.content.iter_chunked(65_536):
        text += chunk
        if len(text) > _LARGEST_ANSWER:
            return None
    return text
