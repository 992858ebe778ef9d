"""The message providers for one test, over real HTTP: the mailbox's, with their scripts within reach."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox
from deploy.local.mailbox.script import Scripted
from deploy.local.mailbox.tencent import FakeTencent
from deploy.local.mailbox.wechat import APPID, FakeWechat
from services.notification.settings import SmsSettings, TencentSettings

ALIYUN = AliyunAccount("test-key-id", "test-key-secret")
WECHAT_SECRET = "secret-of-a-fictional-app"


@dataclass
class Providers:
    """The fakes, and where they answer. `lured` counts who followed a redirect."""

    tencent: FakeTencent = field(default_factory=lambda: FakeTencent("test-secret-id", "test-secret-key"))
    wechat: FakeWechat = field(default_factory=lambda: FakeWechat(APPID, WECHAT_SECRET))
    aliyun: deque[Scripted] = field(default_factory=deque)
    endpoint: str = ""
    lured: int = 0

    def aliyun_settings(self, **more: object) -> SmsSettings:
        """What reaches the first SMS provider."""
        own = {"endpoint": self.endpoint, "access_key_id": ALIYUN.key_id, "access_key_secret": ALIYUN.key_secret}
        return SmsSettings.model_validate({**own, "timeout": 5, **more})

    def tencent_settings(self, **more: object) -> TencentSettings:
        """What reaches the second."""
        fake = self.tencent
        own = {"secret_id": fake.secret_id, "secret_key": fake.secret_key, "sdk_app_id": fake.sdk_app_id}
        at = {"endpoint": f"{self.endpoint}/tencent", "templates": fake.templates(), "timeout": 5}
        return TencentSettings.model_validate({**own, **at, **more})

    async def letters(self, to: str) -> list[Any]:
        """What reached a phone or an account."""
        url = f"{self.endpoint}/mailbox/messages?to={to}"
        async with aiohttp.ClientSession() as session, session.get(url) as got:
            found: list[Any] = (await got.json())["messages"]
            return found


@asynccontextmanager
async def running_providers() -> AsyncIterator[Providers]:
    """Serve on a free port of loopback."""
    providers = Providers()
    app = build_mailbox(ALIYUN, providers.wechat, providers.tencent, providers.aliyun)

    async def lure(_: web.Request) -> web.Response:
        providers.lured += 1
        return web.json_response({"Code": "OK", "errcode": 0, "Response": {"SendStatusSet": [{"Code": "Ok"}]}})

    app.router.add_route("*", "/lure", lure)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    providers.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield providers
    finally:
        await runner.cleanup()
