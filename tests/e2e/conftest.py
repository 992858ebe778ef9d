"""One private stack with everything in it, and one walk along the whole road; the tests look at what it left behind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from deploy.demo.__main__ import bootstrap
from deploy.demo.candidate import graduate
from deploy.demo.offices import Accounts
from deploy.demo.public_api import PublicApi
from deploy.demo.road import Walk
from deploy.demo.timeline import Timeline
from deploy.local.stack import Stack

HOME = Path(__file__).resolve().parents[2] / "var" / "tests" / "e2e"


@dataclass(frozen=True)
class Road:
    """The stack, the walk and its report."""

    stack: Stack
    walk: Walk
    report: dict[str, Any]
    api: PublicApi

    @property
    def person(self) -> Any:
        """The canary: whose name, number and phone must be found nowhere in clear."""
        return graduate(self.walk.seed)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def road() -> AsyncIterator[Road]:
    """Walked once, on a stack of its own."""
    async with Stack(home=HOME, durable=False, erase=True) as stack:
        await stack.start_engines()
        await stack.start_services()
        walk = Walk(
            gateway=stack.gateway_url,
            timeline=Timeline(quiet=True),
            bootstrap=lambda name, phone: bootstrap(stack, name, phone),
            accounts=Accounts(None),
            pdf_path=HOME / "qualified-list.pdf",
        )
        report = await walk.go()
        async with aiohttp.ClientSession() as session:
            yield Road(stack, walk, report, PublicApi(stack.gateway_url, session))
