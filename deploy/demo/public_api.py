"""The platform as anybody outside sees it: HTTP at the gateway, and nothing else."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

Json = dict[str, Any]


class StepFailed(RuntimeError):
    """A step of the road did not happen; the text says what was refused and why."""


@dataclass
class PublicApi:
    """Calls as one person; commands carry a fresh Idempotency-Key, and the same one when a call is repeated because the
    outcome was not known."""

    gateway: str
    session: aiohttp.ClientSession
    token: str | None = None
    language: str = "zh"
    patience: float = 20.0
    _headers: dict[str, str] = field(default_factory=dict)

    def acting(self, token: str | None) -> "PublicApi":
        """The same connection, as somebody else."""
        return PublicApi(self.gateway, self.session, token, self.language, self.patience)

    async def get(self, path: str) -> Json:
        """GET /api/<path>; the JSON of the answer."""
        answer: Json = await self._json("GET", path)
        return answer

    async def post(self, path: str, json: Json | None = None, *, version: int | None = None) -> Json:
        """POST; the JSON of the answer, empty when there is none."""
        return await self._json("POST", path, json=json, version=version)

    async def put(self, path: str, json: Json | None = None, *, version: int | None = None) -> Json:
        """PUT."""
        return await self._json("PUT", path, json=json, version=version)

    async def upload(
        self, path: str, data: bytes, content_type: str, *, method: str = "PUT", version: int | None = None
    ) -> Json:
        """Send a file as the raw body."""
        return await self._json(method, path, data=data, content_type=content_type, version=version)

    async def download(self, path: str) -> bytes:
        """A file."""
        body = await self._call("GET", path, headers=self._with())
        return body if isinstance(body, bytes) else b""

    async def status_of(self, method: str, path: str, json: Json | None = None) -> int:
        """Only the status: for calls that are meant to be refused."""
        async with self.session.request(method, self._url(path), json=json, headers=self._with(method)) as response:
            return response.status

    async def _json(
        self,
        method: str,
        path: str,
        *,
        json: Json | None = None,
        data: bytes | None = None,
        content_type: str | None = None,
        version: int | None = None,
    ) -> Json:
        headers = self._with(method)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if content_type is not None:
            headers["Content-Type"] = content_type
        body = await self._call(method, path, headers=headers, json=json, data=data)
        return body if isinstance(body, dict) else {}

    async def _call(
        self, method: str, path: str, *, headers: dict[str, str], json: Json | None = None, data: bytes | None = None
    ) -> Json | bytes:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                async with self.session.request(method, self._url(path), json=json, data=data, headers=headers) as got:
                    body: Any = await (got.json(content_type=None) if "json" in got.content_type else got.read())
                    if got.status < 400:
                        return body if isinstance(body, dict | bytes) else {}
                    reason = _reason(got.status, body)
                    wait = float(got.headers.get("Retry-After", "1")) if got.status in (502, 503, 504) else None
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                reason, wait = type(error).__name__, 0.5
            # An unknown outcome is repeated with the same key: nothing happens twice.
            if wait is None or time.monotonic() + wait > deadline:
                raise StepFailed(f"{method} {path.split('?', 1)[0]}: {reason}")
            await asyncio.sleep(wait)

    def _with(self, method: str = "GET") -> dict[str, str]:
        headers = {"Accept-Language": self.language}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())
        return headers

    def _url(self, path: str) -> str:
        return f"{self.gateway.rstrip('/')}/{path.lstrip('/')}"


def _reason(status: int, body: Any) -> str:
    if not isinstance(body, dict):
        return str(status)
    details = "; ".join(f"{e.get('pointer')} {e.get('detail')}" for e in body.get("errors", []))
    return f"{status} {body.get('code', '')}: {body.get('title', '')} {details}".strip()


async def until(
    look: Callable[[], Awaitable[Json | None]], what: str, seconds: float = 30.0, every: float = 0.15
) -> Json:
    """Repeat `look` until it returns something; the services hear of each other by events, so this takes a moment."""
    deadline = time.monotonic() + seconds
    while (found := await look()) is None:
        if time.monotonic() > deadline:
            raise StepFailed(f"after {seconds:.0f} s still waiting for {what}")
        await asyncio.sleep(every)
    return found
