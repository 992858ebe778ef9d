"""WeChat for one test, over real HTTP: the mailbox's, with its script within reach."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from deploy.local.mailbox.wechat import APPID, FakeWechat, build_wechat

SECRET = "secret-of-a-fictional-app"
_nonces = itertools.count(1)


@dataclass(frozen=True)
class RunningWechat:
    """The fake, and where it answers."""

    fake: FakeWechat
    endpoint: str

    @property
    def settings(self) -> dict[str, str]:
        """What identity is started with."""
        return {
            "WECHAT__ENDPOINT": self.endpoint,
            "WECHAT__APPID": self.fake.appid,
            "WECHAT__SECRET": SECRET,
            "WECHAT__TIMEOUT": "2",
        }


@asynccontextmanager
async def running_wechat(appid: str = APPID) -> AsyncIterator[RunningWechat]:
    """Serve on a free port of loopback."""
    fake = FakeWechat(appid, SECRET)
    runner = web.AppRunner(build_wechat(fake), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield RunningWechat(fake, f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


def login_code(who: str) -> str:
    """A fresh code of a WeChat user."""
    return f"who-{who}-{next(_nonces)}"


def phone_code(number: str, who: str) -> str:
    """A fresh phone code of a WeChat user."""
    return f"phone-{number}-{who}-{next(_nonces)}"


def failing_code(errcode: int) -> str:
    """A code that WeChat answers with an error."""
    return f"error-{errcode}-{next(_nonces)}"
