"""WeChat's HTTP API as this service needs it. Addresses hold secrets (appsecret, access token): they are never logged,
and errors carry none. The session key is dropped where it arrives (V10)."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog

from services.identity.domain.wechat import LOGIN, PHONE, TOKEN, UNKNOWN, Fate, Meaning, PhoneInfo, WechatUnavailable
from services.identity.settings import WechatSettings
from shared.circuit import Circuit
from shared.telemetry.metrics import WECHAT_ANSWERS
from shared.tls import client_context

log = structlog.get_logger()

_MAX_BODY = 65_536
_BUSY_PAUSE = 0.2


class TokenRefused(Exception):
    """WeChat does not accept our access token (40001, 40014, 42001)."""


class WechatApi:
    """One per process."""

    def __init__(self, settings: WechatSettings) -> None:
        self._settings = settings
        self._circuit = Circuit(settings.failures, settings.pause_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def openid_of(self, code: str) -> str:
        """jscode2session: the openid behind a login code. Raises the error of the code's meaning."""
        settings = self._settings
        query = {
            "appid": settings.appid,
            "secret": settings.secret.get_secret_value(),
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = await self._call("login", "GET", "/sns/jscode2session", LOGIN, query=query)
        return self._text(answer, "openid")

    async def stable_token(self) -> tuple[str, int]:
        """stable_token in normal mode, never forced: (access token, seconds it lives)."""
        settings = self._settings
        body = {
            "grant_type": "client_credential",
            "appid": settings.appid,
            "secret": settings.secret.get_secret_value(),
            "force_refresh": False,
        }
        answer = await self._call("token", "POST", "/cgi-bin/stable_token", TOKEN, body=body)
        seconds = answer.get("expires_in")
        if not isinstance(seconds, int) or not 0 < seconds <= 7200:
            raise self._nonsense("token")
        return self._text(answer, "access_token"), seconds

    async def phone_of(self, code: str, openid: str, access_token: str) -> PhoneInfo:
        """getuserphonenumber, with the openid so that WeChat checks that both belong together. Raises TokenRefused, and
        the error of the code's meaning."""
        query = {"access_token": access_token}
        body = {"code": code, "openid": openid}
        path = "/wxa/business/getuserphonenumber"
        answer = await self._call("phone", "POST", path, PHONE, query=query, body=body)
        info: Any = answer.get("phone_info")
        try:
            watermark = info["watermark"]
            return PhoneInfo(
                phone=str(info["purePhoneNumber"]),
                # Documented as text, shown as a number in the vendor's own example.
                country_code=str(info["countryCode"]),
                appid=str(watermark["appid"]),
                at=datetime.fromtimestamp(int(watermark["timestamp"]), UTC),
            )
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            raise self._nonsense("phone") from None

    async def close(self) -> None:
        """Give up connections."""
        if self._session is not None:
            await self._session.close()

    async def _call(
        self,
        name: str,
        method: str,
        path: str,
        meanings: Mapping[int, Meaning],
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """The JSON of a success. A busy answer (-1) is asked once more after a moment."""
        for last in (False, True):
            answer = await self._answer(name, method, path, query, body)
            code = answer.get("errcode", 0)
            WECHAT_ANSWERS.labels(name, str(code) if isinstance(code, int) else "other").inc()
            if code == 0:
                return answer
            meaning = meanings.get(code, UNKNOWN) if isinstance(code, int) else UNKNOWN
            if meaning.fate is Fate.RENEW:
                raise TokenRefused
            if meaning.fate is Fate.ALARM:
                log.error("wechat_alarm", call=name, errcode=code)
            if last or meaning.fate is not Fate.RETRY:
                raise meaning.refusal()
            await asyncio.sleep(_BUSY_PAUSE)
        raise AssertionError("unreachable")

    async def _answer(
        self, name: str, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, object] | None
    ) -> dict[str, Any]:
        if wait := self._circuit.seconds_to_wait():
            raise WechatUnavailable(retry_after=wait)
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._settings.timeout, connect=self._settings.timeout / 2)
            connector = aiohttp.TCPConnector(ssl=client_context(self._settings.tls))
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        url = self._settings.endpoint.rstrip("/") + path
        try:
            async with self._session.request(method, url, params=query, json=body, allow_redirects=False) as response:
                if response.status != 200 or (response.content_length or 0) > _MAX_BODY:
                    raise self._nonsense(name)
                answer = await response.json(content_type=None)
        except (TimeoutError, aiohttp.ClientError, ValueError, OSError):
            # `from None`: the driver's error holds the address, and the address holds the secret.
            raise self._nonsense(name) from None
        if not isinstance(answer, dict):
            raise self._nonsense(name)
        self._circuit.succeeded()
        return answer

    def _text(self, answer: Mapping[str, Any], field: str) -> str:
        value = answer.get(field)
        if not isinstance(value, str) or not 0 < len(value) <= 2048:
            raise self._nonsense(field)
        return value

    def _nonsense(self, name: str) -> WechatUnavailable:
        """No answer, or none that can be used."""
        WECHAT_ANSWERS.labels(name, "none").inc()
        if self._circuit.failed():
            log.error("wechat_circuit_open", call=name, seconds=self._settings.pause_seconds)
        return WechatUnavailable(retry_after=5)
