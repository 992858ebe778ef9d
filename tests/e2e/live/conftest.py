"""Two copies of the declaration api behind the gateway, with ready drafts: real processes, no other service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import asyncpg
import pytest_asyncio

from deploy.demo.public_api import Json, PublicApi
from deploy.local.parts import operations
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.tokens import SigningKey, issue
from tests.support import ready_drafts
from tests.support.ready_drafts import Draft
from tests.support.waiting import wait_until

HOME = Path(__file__).resolve().parents[3] / "var" / "tests" / "e2e-live"
DECLARATION = "api/declaration/v1"
_DRAFTS = 1_200


@dataclass
class Live:
    """The stack, the people with their drafts, and tokens of a key that the service trusts."""

    stack: Stack
    signing: SigningKey
    cycle: Json
    drafts: list[Draft]
    session: aiohttp.ClientSession

    def token(self, draft: Draft, session: UUID | None = None) -> str:
        """An access token of the draft's candidate, of a fresh session unless one is given."""
        actor = Actor("candidate", draft.person_id, "candidate", None, session or new_id())
        return issue(self.signing, actor, "tiro", datetime.now(SHANGHAI), 600)

    def events_url(self, draft: Draft) -> str:
        """Where its live progress comes from, through the gateway."""
        return f"{self.stack.gateway_url}/{DECLARATION}/declarations/{draft.id}/events"

    async def submit(self, draft: Draft) -> Json:
        """Hand it in; the receipt."""
        api = PublicApi(self.stack.gateway_url, self.session, self.token(draft))
        body = {"notice_version": 1, "accepted": True}
        return await api.post(f"{DECLARATION}/declarations/{draft.id}/submission", body, version=2)

    async def withdraw(self, draft: Draft, version: int) -> Json:
        """Take it back; the declaration."""
        api = PublicApi(self.stack.gateway_url, self.session, self.token(draft))
        return await api.post(f"{DECLARATION}/declarations/{draft.id}/withdrawal", version=version)

    async def streams(self, part: str) -> float:
        """How many streams an api process says are open."""
        async with self.session.get(f"http://127.0.0.1:{self.stack.ports.of(operations(part))}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return next(float(one.split()[1]) for one in lines if one.startswith("tiro_http_streams "))

    async def execute(self, statement: str, *arguments: object) -> None:
        """As the database's owner."""
        connection = await asyncpg.connect(self.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
        await connection.execute(statement, *arguments)
        await connection.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live() -> AsyncIterator[Live]:
    """Started once; the drafts are handed out one by one."""
    stack = Stack(home=HOME, durable=False, services=("declaration", "notification"), erase=True, rate_factor=100.0)
    async with stack:
        await stack.start_engines()
        await stack.start_services({"declaration.api": 2})
        signing = SigningKey.generate("live")
        await ready_drafts.trust(stack, signing, ("declaration", "notification"))
        async with aiohttp.ClientSession() as session:
            cycle = await _opened_cycle(stack, signing, session)
            drafts = await ready_drafts.seed_drafts(stack, cycle, _DRAFTS)
            yield Live(stack, signing, cycle, drafts, session)


async def _opened_cycle(stack: Stack, signing: SigningKey, session: aiohttp.ClientSession) -> Json:
    now = datetime.now(SHANGHAI)
    zone = issue(signing, Actor("staff", new_id(), "zone_admin", new_id()), "tiro", now, 600)
    api = PublicApi(stack.gateway_url, session, zone)

    async def is_known() -> bool:
        """Both copies read the key when they meet it, and not more often than they should."""
        return {await api.status_of("GET", f"{DECLARATION}/cycles") for _ in range(6)} == {200}

    await wait_until(is_known, seconds=60, what="the key to be known to both copies")
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    moments = zip((*names, "completion_deadline"), (-1, 7, 14, 21, 200), strict=True)
    dates = {name: (now + timedelta(days=days)).isoformat() for name, days in moments}
    created = await api.post(f"{DECLARATION}/cycles", {"year": now.year + 1} | dates)
    return await api.post(f"{DECLARATION}/cycles/{created['id']}/opening")
