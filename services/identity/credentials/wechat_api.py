"""WeChat's HTTP API as this service needs it. Addresses hold secrets (appsecret, access token): they are never logged,
and errors carry none. The session key is dropped where it arrives (V10)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from services.identity.domain.wechat import LOGIN, PHONE, TOKEN, UNKNOWN, Fate, Meaning, PhoneInfo, WechatUnavailable
from services.identity.settings import WechatSettings
from shared.wechat.calls import WechatCalls, WechatRefused, WechatSilent

log = structlog.get_logger()


class TokenRefused(Exception):
    """WeChat does not accept our access token (40001, 40014, 42001)."""


class WechatApi:
    """One per process."""

    def __init__(self, settings: WechatSettings) -> None:
        self._settings = settings
        self._calls = WechatCalls(settings)

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
        try:
            return self._calls.text(answer, "openid")
        except WechatSilent as failure:
            raise self._meant("login", failure, LOGIN) from None

    async def stable_token(self) -> tuple[str, int]:
        """stable_token in normal mode, never forced: (access token, seconds it lives). Raises the error of the code's
        meaning."""
        try:
            return await self._calls.stable_token()
        except (WechatSilent, WechatRefused) as failure:
            raise self._meant("token", failure, TOKEN) from None

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
        await self._calls.close()

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
        """The JSON of a success; the error of the code's meaning otherwise."""
        try:
            return await self._calls.ask(name, method, path, query=query, body=body)
        except (WechatSilent, WechatRefused) as failure:
            raise self._meant(name, failure, meanings) from None

    def _meant(self, name: str, failure: WechatSilent | WechatRefused, meanings: Mapping[int, Meaning]) -> Exception:
        if isinstance(failure, WechatSilent):
            return WechatUnavailable(retry_after=failure.retry_after)
        meaning = UNKNOWN if failure.errcode is None else meanings.get(failure.errcode, UNKNOWN)
        if meaning.fate is Fate.RENEW:
            return TokenRefused()
        if meaning.fate is Fate.ALARM:
            log.error("wechat_alarm", call=name, errcode=failure.errcode)
        return meaning.refusal()

    def _nonsense(self, name: str) -> WechatUnavailable:
        return WechatUnavailable(retry_after=self._calls.nonsense(name).retry_after)
