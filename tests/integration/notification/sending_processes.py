"""The sending loop in processes of their own, with the signals, the health and the end that every role has."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from deploy.local.environment import service_environment
from services.notification.app import SERVICE
from services.notification.delivering import deliver_until_stopped
from services.notification.dependencies import Dependencies
from services.notification.settings import Settings
from shared.process.roles import run_extra
from tests.integration.notification.sms_providers import ACCOUNT, Provider
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import ServiceUnderTest

_PROGRAM: Final = "import asyncio; from {module} import work; asyncio.run(work())"
_READY: Final = "sending"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 40

Start = Callable[[], Awaitable[asyncio.subprocess.Process]]


async def work() -> None:
    """What each process does until it is told to stop."""
    await run_extra(replace(SERVICE, extra_roles={"sender": _deliver}), Settings(), "sender")


async def _deliver(deps: Dependencies, stop: asyncio.Event) -> None:
    # From here on it answers signals.
    print(_READY, file=sys.stderr, flush=True)
    await deliver_until_stopped(deps, stop)


@asynccontextmanager
async def senders(engines: Engines, service: ServiceUnderTest, sms: Provider) -> AsyncIterator[Start]:
    """`await start()`: one more process on the service's database that sends, five texts at a time; what is left of
    them is killed at the end."""
    around = engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "notification", "worker"),
        "NOTIFICATION_POSTGRES__DSN": around.dsn("notification", service.database_name),
        "NOTIFICATION_PROFILE": "test",
        "NOTIFICATION_OPERATIONS__PORT": "0",
        "NOTIFICATION_SENDING__SLOTS__TEXTS": "5",
        "NOTIFICATION_SMS__ENDPOINT": sms.endpoint,
        "NOTIFICATION_SMS__ACCESS_KEY_ID": ACCOUNT.key_id,
        "NOTIFICATION_SMS__ACCESS_KEY_SECRET": ACCOUNT.key_secret,
    }
    program = _PROGRAM.format(module="tests.integration.notification.sending_processes")
    started: list[asyncio.subprocess.Process] = []

    async def start() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program),
            cwd=PROJECT,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert process.stderr is not None
        async with asyncio.timeout(_START_SECONDS):
            while (line := await process.stderr.readline()).strip() != _READY.encode():
                assert line, "ended before it sent"
        return process

    try:
        yield start
    finally:
        for process in started:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def ended(process: asyncio.subprocess.Process, by: signal.Signals) -> int:
    """Its status after a signal; negative for one that it did not answer."""
    process.send_signal(by)
    async with asyncio.timeout(_STOP_SECONDS):
        return await process.wait()
