"""The edge with a small route table of its own; the effect of its commands is one outbox row each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import aiohttp
import pytest_asyncio
from aiohttp import web
from pydantic import Field

from shared import outbox
from shared.actor import Actor, Role
from shared.clock import SystemClock
from shared.contracts.event import Event
from shared.errors import Conflict, StaleVersion
from shared.ids import new_id
from shared.postgres.database import Database
from shared.security.gateway_keys import GatewayKeys
from shared.security.known_keys import KnownKeys
from shared.security.tokens import SigningKey, TokenVerifier, issue
from shared.web.call import Call
from shared.web.routing import Candidates, Public, Route, Staff
from shared.web.runtime import Runtime
from shared.web.schemas import Body, View
from shared.web.server import build_application
from shared.web.slow_bodies import DEFAULT_PACE, BodyPace
from tests.support.engines import Engines
from tests.support.service_under_test import Caller
from tests.support.through_gateway import HEADERS, KEYS

SIGNING = SigningKey.generate("edge-key")
ISSUER = "tiro"


class Effect(Event):
    """The effect of a command."""

    TYPE: ClassVar[str] = "notification.effect.v1"
    AGGREGATE: ClassVar[str] = "thing_id"
    thing_id: UUID


class ThingBody(Body):
    """A body with one of each kind of field."""

    name: str = Field(min_length=1, max_length=20)
    amount: int | None = None
    tags: list[str] = Field(default_factory=list)
    nested: dict[str, Any] = Field(default_factory=dict)


class ThingView(View):
    """An answer with a version."""

    id: UUID
    version: int = 1


async def post_thing(call: Call[None], body: ThingBody) -> ThingView:
    """One effect per call."""
    thing_id = new_id()
    outbox.add(call.tx, Effect(occurred_at=call.now, aggregate_version=1, thing_id=thing_id))
    return ThingView(id=thing_id)


async def post_thing_carelessly(call: Call[None], body: ThingBody) -> ThingView:
    """The same without an idempotency key."""
    return await post_thing(call, body)


async def post_once(call: Call[None], body: ThingBody) -> ThingView:
    """A command whose second run a rule refuses, as a state machine would."""
    await call.tx.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
    if await call.tx.fetchval("SELECT count(*) FROM outbox"):
        raise Conflict
    return await post_thing(call, body)


async def put_thing(call: Call[None], body: ThingBody) -> ThingView:
    """A versioned transition of a thing that stands at version 3."""
    if call.expected_version != 3:
        raise StaleVersion(current=3, state="draft")
    return ThingView(id=call.path_id("thing_id"), version=4)


async def get_broken(_call: Call[None]) -> ThingView:
    """A fault of ours, with something private in its text."""
    raise RuntimeError("11010519491231002X at /srv/secret")


async def get_open(_call: Call[None]) -> ThingView:
    """Public."""
    return ThingView(id=UUID(int=1))


ROUTES = (
    Route(
        "POST", "/v1/things", post_thing, Candidates(), "新增", "Add", request=ThingBody, response=ThingView, status=201
    ),
    Route(
        "POST",
        "/v1/careless",
        post_thing_carelessly,
        Candidates(),
        "新增",
        "Add",
        ThingBody,
        None,
        ThingView,
        idempotent=False,
    ),
    Route("POST", "/v1/once", post_once, Candidates(), "一次", "Once", request=ThingBody, response=ThingView),
    Route(
        "PUT",
        "/v1/things/{thing_id}",
        put_thing,
        Candidates(),
        "修改",
        "Change",
        request=ThingBody,
        response=ThingView,
        versioned=True,
    ),
    Route("GET", "/v1/broken", get_broken, Candidates(), "故障", "Broken", response=ThingView),
    Route("GET", "/v1/staff", get_open, Staff("zone_admin"), "内部", "Staff", response=ThingView),
    Route("GET", "/v1/open", get_open, Public(), "公开", "Open", response=ThingView),
)


@dataclass(frozen=True)
class Edge:
    """The running edge."""

    database: Database
    base: str
    session: aiohttp.ClientSession
    clock: SystemClock
    keys: KnownKeys

    def token(self, role: Role = "candidate") -> str:
        """A valid token."""
        actor = Actor("candidate" if role == "candidate" else "staff", new_id(), role)
        return issue(SIGNING, actor, ISSUER, self.clock.now(), 600)

    def caller(self, role: Role = "candidate") -> Caller:
        """Calls with a valid token."""
        return Caller(self.base, self.session, self.token(role))

    async def effects(self) -> int:
        """How many commands took effect."""
        async with self.database.read() as reader:
            return int(await reader.fetchval("SELECT count(*) FROM outbox"))


@asynccontextmanager
async def serve_edge(
    database: Database, gateway: GatewayKeys | None = KEYS, pace: BodyPace = DEFAULT_PACE
) -> AsyncIterator[Edge]:
    """The edge over a database, on a free port."""
    verifier = TokenVerifier(ISSUER)
    verifier.replace_keys({SIGNING.kid: SIGNING.public_jwk()})
    clock = SystemClock()
    keys = KnownKeys(database, verifier)
    runtime = Runtime(None, database, clock, keys, b"x" * 32, gateway, pace=pace)
    runner = web.AppRunner(build_application("edge", runtime, ROUTES), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}/api/edge/v1"
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        yield Edge(database, base, session, clock, keys)
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def edge(engines: Engines) -> AsyncIterator[Edge]:
    """The edge on a fresh database."""
    async with engines.database("notification") as name:
        database = await Database.connect(engines.settings("notification", name).postgres, "test.edge")
        async with serve_edge(database) as running:
            yield running
        await database.close()
