"""The roles of a service: api, worker, migrate and its own extra ones. Opened, made ready, and closed in order."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import stamina
import structlog
from aiohttp import web

from shared.clock import SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.topology import declare_topology
from shared.objectstore import Bucket
from shared.outbox.relay import Relay
from shared.outbox.wake import OutboxWaker
from shared.postgres import migrate as migrations
from shared.postgres.database import CONNECTION_ERRORS, Database
from shared.process.audit_commands import audit_checks, audit_jobs
from shared.process.definition import Foundation, ServiceDefinition
from shared.process.forgetting import forget_before_work, forgetting_jobs
from shared.process.housekeeping import housekeeping
from shared.process.operations import Operations
from shared.process.reconcilers import foundation_reconcilers, service_reconcilers
from shared.process.scheduling import run_jobs
from shared.security.ended_sessions import EndedSessions
from shared.security.gateway_keys import GatewayKeys
from shared.security.keyring import Keyring
from shared.security.known_keys import KnownKeys
from shared.security.subject_keys import SubjectKeys
from shared.security.tokens import TokenVerifier
from shared.settings import ServiceSettings
from shared.web.listener import Listener
from shared.web.runtime import Runtime
from shared.web.server import build_application
from shared.web.slow_bodies import BodyPace

log = structlog.get_logger()

_KEY_REFRESH_SECONDS = 15
_STOP_SECONDS = 25


@asynccontextmanager
async def opened(
    service: ServiceDefinition, settings: ServiceSettings, role: str
) -> AsyncIterator[tuple[Foundation, Any]]:
    """The foundation and the service's dependencies, closed again at the end."""
    async for attempt in stamina.retry_context(on=CONNECTION_ERRORS, attempts=None, timeout=60, wait_max=2.0):
        with attempt:
            database = await Database.connect(settings.postgres, f"{service.name}.{role}")
    store = settings.subject_keys
    subject_keys = await SubjectKeys.connect(store, f"{service.name}.{role}") if store else None
    keyring = Keyring.load(settings.keyring_file, subject_keys)
    bucket = Bucket(settings.bucket, keyring)
    clock = SystemClock(settings.clock_offset)
    foundation = Foundation(database, keyring, bucket, clock, settings, subject_keys)
    deps = await service.build(settings, foundation)
    try:
        yield foundation, deps
    finally:
        if (close := getattr(deps, "close", None)) is not None:
            await close()
        bucket.close()
        if subject_keys is not None:
            await subject_keys.close()
        await database.close()


async def run_migrate(service: ServiceDefinition, settings: ServiceSettings, phase: Any = "all") -> None:
    """Bring the schema up to date and declare the queues; needs the migrator credentials."""
    if settings.postgres.migrator_dsn is None or settings.broker.migrator_url is None:
        raise SystemExit(
            f"migrate needs {service.name.upper()}_POSTGRES__MIGRATOR_DSN and "
            f"{service.name.upper()}_BROKER__MIGRATOR_URL; set both and try again"
        )
    async for attempt in stamina.retry_context(on=CONNECTION_ERRORS, attempts=None, timeout=60, wait_max=2.0):
        with attempt:
            done = await migrations.migrate(settings.postgres.as_owner(), service.name, service.migrations, phase=phase)
    types = [s.event.TYPE for s in service.subscriptions]
    queues = await declare_topology(settings.broker.as_migrator(), service.name, types, settings.messages.parked_days)
    log.info("migrated", applied=len(done), queues=queues)


async def run_api(service: ServiceDefinition, settings: ServiceSettings) -> None:
    """Answer HTTP until told to stop: not ready, drain, close the listener, finish what is under way."""
    async with opened(service, settings, "api") as (foundation, deps):
        await forget_before_work(service, foundation, deps)
        keys = KnownKeys(foundation.database, TokenVerifier(settings.issuer))
        await keys.refresh(force=True)
        digest_key = foundation.keyring.active("idempotency").secret
        http, path = settings.http, settings.http.gateway_keys_file
        gateway = GatewayKeys.load(path) if path else None
        pace = BodyPace(http.body_pause_seconds, http.body_bytes_per_second)
        runtime = Runtime(
            deps, foundation.database, foundation.clock, keys, digest_key, gateway, http.trusted_proxies, pace
        )
        application = build_application(service.name, runtime, service.routes())
        application.on_response_prepare.append(_hanging_up_while(runtime.leaving))
        waker = OutboxWaker(foundation.database, service.name)
        ended = EndedSessions(foundation.database, keys.verifier)
        await ended.refresh()
        lasting = [waker.run(), _keep_keys(keys), ended.keep(), *([gateway.keep()] if gateway else [])]
        background = [asyncio.create_task(work) for work in lasting]
        async with operating(settings, _checks(foundation)) as (operations, stop):
            listener = await Listener.open(application, http)
            log.info("listening", port=http.port, gateway_key=gateway is not None, mutual_tls=http.mutual_tls)
            await stop.wait()
            operations.stopping = True
            # Whoever keeps connections open (the gateway does) is told with the next answer to open others: one that
            # is closed while a request is on its way to it would be an error to somebody. Streams of events end.
            runtime.leaving.set()
            await asyncio.sleep(settings.http.drain_seconds)
            await listener.close()
        await _cancel(background)


def _hanging_up_while(leaving: asyncio.Event) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def hang_up(_request: web.Request, response: web.StreamResponse) -> None:
        if leaving.is_set():
            response.headers["Connection"] = "close"
            response.force_close()

    return hang_up


async def run_worker(service: ServiceDefinition, settings: ServiceSettings) -> None:
    """Consume, relay and run scheduled work until told to stop; finishes the windows in hand."""
    async with opened(service, settings, "worker") as (foundation, deps):
        database = foundation.database
        await forget_before_work(service, foundation, deps)
        relay = Relay(database, settings.broker, service.name)
        database.on_commit_with_events(relay.wake.set)
        consumers = [
            Consumer(queue, subscriptions, database, settings.broker, deps)
            for queue, subscriptions in service.queues.items()
        ]

        async def connected() -> None:
            if not (relay.connected and all(c.connected for c in consumers)):
                raise ConnectionError("broker")

        checks = {**_checks(foundation), **audit_checks(service, foundation), "broker": connected}
        async with operating(settings, checks) as (operations, stop):
            tasks = [asyncio.create_task(c.run(stop), name=c.queue) for c in consumers]
            tasks.append(asyncio.create_task(relay.run(stop), name="relay"))
            foundations = [*housekeeping(settings.messages), *audit_jobs(service, foundation)]
            foundations += foundation_reconcilers(service, settings)
            own = [*service.jobs, *service_reconcilers(service, settings), *forgetting_jobs(service, foundation)]
            jobs = [*((job, foundation) for job in foundations), *((job, deps) for job in own)]
            tasks.append(asyncio.create_task(run_jobs(jobs, database, service.name, stop), name="jobs"))
            for work in service.background:
                tasks.append(asyncio.create_task(_awaited(work(deps, stop)), name=getattr(work, "__name__", "work")))
            await _until_stopped(tasks, stop)
            operations.stopping = True
            await _finish(tasks)


async def run_extra(service: ServiceDefinition, settings: ServiceSettings, role: str) -> None:
    """A role of the service's own, with health and stop signal like the others."""
    async with opened(service, settings, role) as (foundation, deps):
        waker = OutboxWaker(foundation.database, service.name)
        async with operating(settings, _checks(foundation)) as (operations, stop):
            background = [asyncio.create_task(waker.run())]
            tasks = [asyncio.create_task(_awaited(service.extra_roles[role](deps, stop)), name=role)]
            await _until_stopped(tasks, stop)
            operations.stopping = True
            await _finish(tasks)
            await _cancel(background)


@asynccontextmanager
async def operating(
    settings: ServiceSettings, checks: Mapping[str, Callable[[], Awaitable[None]]]
) -> AsyncIterator[tuple[Operations, asyncio.Event]]:
    """Signals and the operations listener around a role's work."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            log.error("stopped_twice")
            raise SystemExit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    operations = Operations(settings.operations, checks)
    await operations.start()
    try:
        yield operations, stop
    finally:
        await operations.close()


def _checks(foundation: Foundation) -> dict[str, Callable[[], Awaitable[None]]]:
    async def database() -> None:
        async with foundation.database.read() as reader:
            await reader.fetchval("SELECT 1")

    return {"database": database, "bucket": foundation.bucket.ping}


async def _keep_keys(keys: KnownKeys) -> None:
    while True:
        await asyncio.sleep(_KEY_REFRESH_SECONDS if keys.verifier.has_keys else 0.5)
        await keys.refresh(force=True)


async def _until_stopped(tasks: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """Wait for the stop signal; a task that ends by itself is a fault and stops the process. One that rested may hear
    the signal as soon as this does, and end well at the same moment: that is none."""
    waiting = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    told = waiting in done
    faults = [task for task in done - {waiting} if not (told and _ended_well(task))]
    for task in faults:
        log.error("task_ended", task=task.get_name(), exc_info=task.exception())
        stop.set()
    if faults:
        await _finish(tasks)
        raise SystemExit(1)


def _ended_well(task: asyncio.Task[Any]) -> bool:
    return not task.cancelled() and task.exception() is None


async def _finish(tasks: list[asyncio.Task[None]]) -> None:
    _, late = await asyncio.wait(tasks, timeout=_STOP_SECONDS)
    await _cancel(late)
    if late:
        log.error("did_not_finish", tasks=[task.get_name() for task in late])


async def _cancel(tasks: Any) -> None:
    for task in tasks:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            await asyncio.gather(*tasks, return_exceptions=True)


async def _awaited(work: Awaitable[None]) -> None:
    await work
