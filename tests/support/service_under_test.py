"""One service in this process on a database of its own: its real API on a real socket, its real consumers fed with
events, tokens signed by a key it trusts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import orjson
import pytest_asyncio
from aiohttp import web

from shared.actor import Actor, ActorKind, Role
from shared.clock import FrozenClock, SystemClock
from shared.contracts.event import Event
from shared.ids import new_id
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation, ServiceDefinition
from shared.process.reconcilers import foundation_reconcilers, service_reconcilers
from shared.reconciling.findings import select_counts
from shared.reconciling.objects import Sweep
from shared.security.ended_sessions import EndedSessions
from shared.security.keyring import Keyring
from shared.security.known_keys import KnownKeys
from shared.security.subject_keys import SubjectKeys
from shared.security.tokens import SigningKey, TokenVerifier, issue
from shared.web.runtime import Runtime
from shared.web.server import build_application
from tests.support import through_gateway
from tests.support.engines import Engines, definition_of
from tests.support.kept_children import keep_children

_SIGNING = SigningKey.generate("test-key")
_TRUST = """
INSERT INTO known_signing_key (kid, jwk, not_before, retire_at) VALUES ($1, $2, now(), now() + interval '1 day')
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str:
        """The problem's stable code, or an empty text."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Caller:
    """Calls the API as one actor; commands get a fresh Idempotency-Key unless one is given."""

    def __init__(self, base: str, session: aiohttp.ClientSession, token: str | None) -> None:
        self._base = base
        self._session = session
        self._token = token

    async def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        data: bytes | None = None,
        version: int | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request; `path` lies below /api/<service>/v1."""
        sent = {"Idempotency-Key": key or str(uuid4())} if method != "GET" else {}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        url = f"{self._base}{path}"
        async with self._session.request(method, url, json=json, data=data, headers=sent | (headers or {})) as got:
            is_json = "json" in got.content_type
            body = await got.json() if is_json else await got.read()
            return Answer(got.status, body, got.headers)

    async def get(self, path: str) -> Answer:
        """GET."""
        return await self.call("GET", path)

    async def post(self, path: str, json: Any = None, **more: Any) -> Answer:
        """POST."""
        return await self.call("POST", path, json, **more)

    async def put(self, path: str, json: Any = None, **more: Any) -> Answer:
        """PUT."""
        return await self.call("PUT", path, json, **more)


@dataclass(frozen=True, slots=True)
class ServiceUnderTest:
    """A service with everything real but the neighbours; their events are delivered by `deliver`."""

    definition: ServiceDefinition
    database: Database
    database_name: str
    settings: Any
    deps: Any
    clock: Any
    keyring: Keyring
    bucket: Bucket
    base: str
    session: aiohttp.ClientSession
    ended: EndedSessions
    keys: KnownKeys
    foundation: Foundation

    def token(self, actor: Actor) -> str:
        """An access token for an actor."""
        return issue(_SIGNING, actor, self.settings.issuer, self.clock.now(), 600)

    def anonymous(self) -> Caller:
        """Calls without a token."""
        return Caller(self.base, self.session, None)

    def caller(
        self, role: Role, *, id: UUID | None = None, scope_id: UUID | None = None, person_id: UUID | None = None
    ) -> Caller:
        """Calls as `role`."""
        kinds: dict[str, ActorKind] = {"candidate": "candidate", "national_network_client": "client"}
        actor = Actor(kinds.get(role, "staff"), id or new_id(), role, scope_id, new_id(), person_id)
        return Caller(self.base, self.session, self.token(actor))

    async def deliver(self, event: Event) -> None:
        """Hand an event to this service's own handler, in a transaction, as the consumer does."""
        found = next(s for s in self.definition.subscriptions if s.event is type(event))
        async with self.database.transaction() as tx:
            if found.handle is not None:
                await found.handle(tx, event, self.deps)
            elif found.handle_many is not None:
                await found.handle_many(tx, [event], self.deps)

    async def reconcile(self, name: str) -> None:
        """One run of a reconciler, as the worker does it."""
        jobs = {one.name: one for one in foundation_reconcilers(self.definition, self.settings)}
        if name in jobs:
            await jobs[name].run(self.foundation)
        else:
            own = {one.name: one for one in service_reconcilers(self.definition, self.settings)}
            await own[name].run(self.deps)

    async def sweep(self) -> None:
        """A whole round over the bucket: files of other tests lie in it too."""
        grace = timedelta(hours=self.settings.reconciling.object_grace_hours)
        await Sweep(self.database, self.bucket, self.definition.register, grace).run_whole(self.clock.now())

    async def findings(self) -> dict[str, int]:
        """What reconcilers have found and nobody mended, by kind."""
        async with self.database.read() as reader:
            return {kind: count for kind, count in (await select_counts(reader)).items() if count}

    async def published(self, event: type[Event]) -> list[Any]:
        """The events of a type in the outbox, oldest first."""
        async with self.database.read() as reader:
            rows = await reader.fetch("SELECT body FROM outbox WHERE type = $1 ORDER BY position", event.TYPE)
        return [event.model_validate_json(row["body"]) for row in rows]


Serve = Callable[..., Any]


@asynccontextmanager
async def serving(
    engines: Engines, service: str, clock: FrozenClock | None = None, *, on: str | None = None, **overrides: str
) -> AsyncIterator[ServiceUnderTest]:
    """Run a service for the length of the block, on a fresh database or `on` one that is there; `overrides` are
    settings (e.g. AUTO_ATTEMPTS__DAILY="2")."""
    async with nullcontext(on) if on else engines.database(service) as name:
        definition, settings = definition_of(service), engines.settings(service, name, **overrides)
        database = await Database.connect(settings.postgres, f"test.{service}")
        store = settings.subject_keys
        subject_keys = await SubjectKeys.connect(store, f"test.{service}") if store else None
        keyring = Keyring.load(settings.keyring_file, subject_keys)
        bucket = Bucket(settings.bucket, keyring)
        used_clock = clock or SystemClock()
        foundation = Foundation(database, keyring, bucket, used_clock, settings, subject_keys)
        deps = await definition.build(settings, foundation)
        keep_children(deps)
        verifier = TokenVerifier(settings.issuer)
        verifier.replace_keys({_SIGNING.kid: _SIGNING.public_jwk()})
        # In the table too: a token of the service's own key makes the verifier read it.
        async with database.transaction() as tx:
            await tx.execute(_TRUST, _SIGNING.kid, orjson.dumps(_SIGNING.public_jwk()).decode())
        digest_key = keyring.active("idempotency").secret
        ended = EndedSessions(database, verifier)
        keys = KnownKeys(database, verifier)
        runtime = Runtime(deps, database, used_clock, keys, digest_key, through_gateway.KEYS)
        runner = web.AppRunner(build_application(service, runtime, definition.routes()), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        timeout = aiohttp.ClientTimeout(total=30)
        session = aiohttp.ClientSession(timeout=timeout, headers=through_gateway.HEADERS)
        base = f"http://127.0.0.1:{port}/api/{service}/v1"
        try:
            yield ServiceUnderTest(
                definition,
                database,
                name,
                settings,
                deps,
                used_clock,
                keyring,
                bucket,
                base,
                session,
                ended,
                keys,
                foundation,
            )
        finally:
            # As a process that leaves: open streams end now, and not with their next sign of life.
            runtime.leaving.set()
            await session.close()
            await runner.cleanup()
            if (close := getattr(deps, "close", None)) is not None:
                await close()
            bucket.close()
            if subject_keys is not None:
                await subject_keys.close()
            await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def serve(engines: Engines) -> AsyncIterator[Serve]:
    """`service = await serve("institution")`: a running service, closed when the test ends."""
    async with AsyncExitStack() as stack:

        async def start(service: str, clock: FrozenClock | None = None, **overrides: str) -> ServiceUnderTest:
            return await stack.enter_async_context(serving(engines, service, clock, **overrides))

        yield start
