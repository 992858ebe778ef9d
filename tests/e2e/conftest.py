"""One private stack with everything in it, and one walk along the whole road; the tests look at what it left behind."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aio_pika
import aiohttp
import pytest
import pytest_asyncio

from deploy.demo.__main__ import bootstrap
from deploy.demo.candidate import address_of, graduate
from deploy.demo.offices import Accounts
from deploy.demo.public_api import PublicApi
from deploy.demo.road import Walk
from deploy.demo.timeline import Timeline
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from shared.messaging.topology import EVENTS
from tests.contract.services import SERVICES
from tests.support.engines import environment_of

HOME = Path(__file__).resolve().parents[2] / "var" / "tests" / "e2e"


@dataclass(frozen=True)
class Sent:
    """A request of the walk that was answered well."""

    method: str
    path: str
    json: Any
    data: bytes | None
    headers: dict[str, str]


@dataclass(frozen=True)
class Road:
    """The stack, the walk, its report, and all that was sent on the way."""

    stack: Stack
    walk: Walk
    report: dict[str, Any]
    api: PublicApi
    sent: list[Sent]

    @property
    def person(self) -> Any:
        """The canary: whose name, number, phone and e-mail address must be found nowhere in clear."""
        return graduate(self.walk.seed)

    @property
    def email(self) -> str:
        """The canary's e-mail address."""
        return address_of(self.walk.seed)


TAP = "notification.canary"
"""A queue that gets a copy of every event; only a service's own migrator may declare it."""


async def tap_the_broker(stack: Stack) -> None:
    """From now on every event that travels is kept aside."""
    connection = await aio_pika.connect(stack.around.broker_url("notification_migrator"))
    channel = await connection.channel()
    queue = await channel.declare_queue(TAP, durable=True)
    await queue.bind(EVENTS, "#")
    await connection.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def road() -> AsyncIterator[Road]:
    """Walked once, on a stack of its own."""
    # Reconcilers write every minute; here they run when a test asks, so that others can see what nothing has changed.
    seldom = {
        f"{service.upper()}_RECONCILING__{name}": "86400" for service in SERVICES for name in ("EVERY", "KEPT_EVERY")
    } | {
        # The walk is quick: what it told a moment ago is not still on its way.
        f"{service.upper()}_RECONCILING__GRACE": "1"
        for service in SERVICES
    }
    with environment_of(seldom):
        async with Stack(home=HOME, durable=False, erase=True) as stack:
            async for one in _walked(stack):
                yield one


async def _walked(stack: Stack) -> AsyncIterator[Road]:
    await stack.start_engines()
    await stack.start_services()
    await tap_the_broker(stack)
    walk = Walk(
        gateway=stack.gateway_url,
        timeline=Timeline(quiet=True),
        bootstrap=lambda name, phone: bootstrap(stack, name, phone),
        accounts=Accounts(None),
        pdf_path=HOME / "qualified-list.pdf",
    )
    sent: list[Sent] = []
    with recorded(sent):
        report = await walk.go()
    async with aiohttp.ClientSession() as session:
        yield Road(stack, walk, report, PublicApi(stack.gateway_url, session), sent)


async def command(road: Road, service: str, *words: str) -> tuple[int | None, str]:
    """Exit status and output of `python -m services.<service> <words>` with the worker's environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"services.{service}", *words),
        cwd=PROJECT,
        env={**os.environ, **road.stack.environment(service)},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


@contextmanager
def recorded(sent: list[Sent]) -> Iterator[None]:
    """Note down every request that succeeds within the block."""
    real = PublicApi._call

    async def noting(api: PublicApi, method: str, path: str, **more: Any) -> Any:
        body = await real(api, method, path, **more)
        sent.append(Sent(method, path, more.get("json"), more.get("data"), dict(more["headers"])))
        return body

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PublicApi, "_call", noting)
        yield
