"""Turns WeChat codes into an identity and a proven phone, with the access token that all copies share through the
database (A3, V10)."""

import asyncio
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
from services.identity.storage import wechat_tokens
from shared.clock import Clock
from shared.postgres.database import Database
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

log = structlog.get_logger()

_RENEW_BEFORE = timedelta(minutes=5)
"""From here on WeChat gives a new token in normal mode, and the old one goes on working for five minutes."""
_LEASE = timedelta(seconds=20)
_WAITS, _WAIT_SECONDS = 60, 0.1
_TOKEN_CLASS = "staff_secret"


class Wechat:
    """One per process. `clock` is the real one: the vendor does not travel in time."""

    def __init__(self, settings: WechatSettings, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._api = WechatApi(settings)

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
        version, token = await self._token()
        try:
            return await self._api.phone_of(code, openid, token)
        except TokenRefused:
            log.warning("wechat_token_refused")
        # Once anew in normal mode and once more; forcing would kill the token of every other copy.
        _, token = await self._token(beyond=version)
        try:
            return await self._api.phone_of(code, openid, token)
        except TokenRefused:
            log.error("wechat_token_refused_twice")
            raise WechatUnavailable(retry_after=30) from None

    async def _token(self, beyond: int = -1) -> tuple[int, str]:
        """(version, access token), newer than version `beyond`. One copy renews; the others go on with the old token
        while it lives, or wait for the new one."""
        appid = self._settings.appid
        for _ in range(_WAITS):
            now = self._clock.now()
            async with self._database.read() as reader:
                stored = await wechat_tokens.select(reader, appid)
            usable = stored.expires_at is not None and stored.expires_at > now and stored.version > beyond
            fresh = usable and stored.expires_at is not None and stored.expires_at - now > _RENEW_BEFORE
            if not fresh:
                async with self._database.transaction() as tx:
                    mine = await wechat_tokens.lock_renewal(tx, appid, stored.version, now, now + _LEASE)
                if mine:
                    return await self._renew(stored.version)
            if usable and stored.token_sealed is not None:
                return stored.version, unseal_text(self._keyring, _TOKEN_CLASS, _place(appid), stored.token_sealed)
            await asyncio.sleep(_WAIT_SECONDS)
        raise WechatUnavailable(retry_after=5)

    async def _renew(self, version: int) -> tuple[int, str]:
        appid = self._settings.appid
        try:
            token, seconds = await self._api.stable_token()
        except BaseException:
            async with self._database.transaction() as tx:
                await wechat_tokens.update_released(tx, appid, version)
            raise
        sealed = seal_text(self._keyring, _TOKEN_CLASS, _place(appid), token)
        async with self._database.transaction() as tx:
            expires_at = self._clock.now() + timedelta(seconds=seconds)
            await wechat_tokens.update_token(tx, appid, version, sealed, expires_at)
        return version + 1, token


def _place(appid: str) -> str:
    return f"wechat_token.token:{appid}"
