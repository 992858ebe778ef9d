"""Turns WeChat codes into an identity and a proven phone, with the access token that all copies share through the
database (A3, V10)."""

from datetime import timedelta

import structlog

from services.identity.credentials.wechat_api import TokenRefused, WechatApi
from services.identity.domain.phone import PhoneInvalid, plain_phone
from services.identity.domain.wechat import (
    PhoneInfo,
    WechatAccount,
    WechatPhoneRefused,
    WechatUnavailable,
    watermark_fault,
)
from services.identity.settings import WechatSettings
from shared.clock import Clock
from shared.postgres.database import Database
from shared.security.keyring import Keyring
from shared.wechat.shared_token import SharedToken, TokenOverdue

log = structlog.get_logger()

_TOKEN_CLASS = "staff_secret"


class Wechat:
    """One per process. `clock` is the real one: the vendor does not travel in time."""

    def __init__(self, settings: WechatSettings, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._api = WechatApi(settings)
        self._token = SharedToken(settings.appid, self._api.stable_token, database, keyring, _TOKEN_CLASS, clock)

    async def account(self, code: str) -> WechatAccount:
        """Who a login code stands for; it works once. Raises the errors of domain.wechat."""
        if not self._settings.enabled:
            raise WechatUnavailable(retry_after=600)
        return WechatAccount(self._settings.appid, await self._api.openid_of(code))

    async def phone(self, code: str, account: WechatAccount) -> str:
        """The mainland phone behind a phone code, in normal form. Raises WechatPhoneRefused, PhoneInvalid, and the
        other errors of domain.wechat."""
        info = await self._phone_info(code, account.openid)
        oldest = timedelta(seconds=self._settings.phone_seconds)
        if fault := watermark_fault(info, self._settings.appid, self._clock.now(), oldest):
            log.error("wechat_watermark", fault=fault)
            raise WechatPhoneRefused
        if info.country_code != "86":
            raise PhoneInvalid
        return plain_phone(info.phone, "/phone_code")

    async def close(self) -> None:
        """Give up connections."""
        await self._api.close()

    async def _phone_info(self, code: str, openid: str) -> PhoneInfo:
        try:
            version, token = await self._token.current()
            try:
                return await self._api.phone_of(code, openid, token)
            except TokenRefused:
                log.warning("wechat_token_refused")
            # Once anew in normal mode and once more; forcing would kill the token of every other copy.
            _, token = await self._token.current(beyond=version)
            return await self._api.phone_of(code, openid, token)
        except TokenOverdue:
            raise WechatUnavailable(retry_after=5) from None
        except TokenRefused:
            log.error("wechat_token_refused_twice")
            raise WechatUnavailable(retry_after=30) from None
