"""Two SMS providers, each a development mailbox with an account and faults of its own, and a sender that knows both."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox
from deploy.local.mailbox.wechat import APPID, FakeWechat
from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.dependencies import Dependencies
from services.notification.settings import SmsSettings
from shared.clock import FrozenClock, SystemClock
from shared.contracts.identity import LoginCodeIssued
from shared.ids import PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.support.notices import approved, reached
from tests.support.service_under_test import Serve, ServiceUnderTest

ACCOUNT = AliyunAccount("test-key-id", "test-key-secret")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Provider:
    """`fault`: None, `busy` (a documented refusal), `hangs_up` (accepts and does not say so) or `slow`, by so many
    `seconds`."""

    endpoint: str = ""
    fault: str | None = None
    asked: int = 0
    seconds: float = 0.1

    def channel(self) -> AliyunSms:
        """Our side of it."""
        settings = {"endpoint": self.endpoint, "access_key_id": ACCOUNT.key_id, "access_key_secret": ACCOUNT.key_secret}
        return AliyunSms(SmsSettings.model_validate(settings))

    async def texts(self, phone: str | None = None) -> list[Any]:
        """What it took."""
        query = f"?to={phone}" if phone else ""
        async with aiohttp.ClientSession() as session, session.get(f"{self.endpoint}/mailbox/messages{query}") as got:
            found: list[Any] = (await got.json())["messages"]
            return found


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    """One on a free port."""
    one = Provider()

    @web.middleware
    async def faulty(request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.headers.get("x-acs-action") != "SendSms":
            return await handler(request)
        one.asked += 1
        if one.fault == "busy":
            return web.json_response({"Code": "Throttling.User", "Message": "busy"})
        if one.fault == "slow":
            await asyncio.sleep(one.seconds)
        answer = await handler(request)
        if one.fault == "hangs_up" and request.transport is not None:
            request.transport.abort()
        return answer

    app = build_mailbox(ACCOUNT, FakeWechat(APPID, "test-secret"))
    app.middlewares.append(faulty)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield one
    await runner.cleanup()


@dataclass(frozen=True, slots=True)
class Sender:
    """The service, and its dependencies with two providers: `first` and `second`."""

    service: ServiceUnderTest
    deps: Dependencies
    clock: FrozenClock

    async def notices(self, phones: list[str]) -> None:
        """One notice to each of these numbers, due now."""
        for phone in phones:
            person = PersonId(new_id())
            await contact(self.service, person, phone)
            await approval(self.service, person)

    async def code(self, phone: str) -> None:
        """A login code to a number, due now."""
        challenge, now = new_id(), self.clock.now()
        place = f"{LoginCodeIssued.TYPE}.{{}}:{challenge}"
        await self.service.deliver(
            LoginCodeIssued(
                occurred_at=now,
                aggregate_version=1,
                challenge_id=challenge,
                purpose="login",
                phone=seal_for_event(self.service.keyring, "contact", place.format("phone"), phone),
                code=seal_for_event(self.service.keyring, "login_code", place.format("code"), "246810"),
                expires_at=now + timedelta(minutes=5),
            )
        )

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        async with self.service.database.read() as reader:
            return [tuple(row) for row in await reader.fetch(query)]

    async def shares(self) -> dict[str, int]:
        """Provider -> percent."""
        return {str(name): int(share) for name, share in await self.rows("SELECT name, share FROM sms_provider")}


@asynccontextmanager
async def sender(serve: Serve, first: Provider, second: Provider, **overrides: str) -> AsyncIterator[Sender]:
    """Notification with a clock of its own and both providers."""
    clock = FrozenClock(SystemClock().now())
    service: ServiceUnderTest = await serve("notification", clock, **overrides)
    deps = replace(service.deps, sms={"first": first.channel(), "second": second.channel()})
    yield Sender(service, deps, clock)
    await deps.close()


async def contact(
    service: ServiceUnderTest, person: PersonId, phone: str, openid: str | None = None, email: str | None = None
) -> None:
    """Identity tells how to reach a person."""
    await service.deliver(reached(service, person, phone, openid=openid, email=email))


async def approval(service: ServiceUnderTest, person: PersonId) -> None:
    """Something that a candidate is told."""
    await service.deliver(approved(service, person))
