"""A job of the worker in a process of its own, which a failpoint can kill; its clock stands where the test's does."""

import asyncio
import os
import sys
from datetime import datetime
from typing import Protocol

from deploy.local.environment import service_environment
from services.declaration.app import SERVICE
from services.declaration.dependencies import build_dependencies
from services.declaration.settings import Settings
from shared.clock import FrozenClock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from tests.integration.declaration.apart import come_apart
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import ServiceUnderTest

KILLED = -9


class Played(Protocol):
    """An arrangement with a running service and a clock."""

    service: ServiceUnderTest
    clock: FrozenClock


async def run(season: Played, job: str) -> None:
    """One run of a job in this process."""
    jobs = {one.name: one for one in season.service.definition.jobs}
    await jobs[job].run(season.service.deps)


async def working_process(
    engines: Engines, season: Played, job: str, failpoint: str = "", *, apart: bool = False
) -> int | None:
    """One run of a job in another process; its status, negative for a signal. `apart`: what is told and that it was
    told in two commits."""
    around = engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "declaration", "worker"),
        "DECLARATION_POSTGRES__DSN": around.dsn("declaration", season.service.database_name),
        "DECLARATION_PROFILE": "test",
        "FAILPOINT": failpoint,
    }
    work = f"from tests.integration.declaration.working import work; import asyncio; asyncio.run(work({job!r}, "
    program = f"{work}{season.clock.now().isoformat()!r}, apart={apart}))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=PROJECT, env=environment)
    return await process.wait()


async def work(job: str, at: str, *, apart: bool) -> None:
    """What that process does."""
    if apart:
        come_apart()
    settings = Settings()
    database = await Database.connect(settings.postgres, "test.job")
    keyring = Keyring.load(settings.keyring_file)
    bucket = Bucket(settings.bucket, keyring)
    clock = FrozenClock(datetime.fromisoformat(at))
    deps = await build_dependencies(settings, Foundation(database, keyring, bucket, clock, settings))
    await {one.name: one for one in SERVICE.jobs}[job].run(deps)
    await deps.close()
    bucket.close()
    await database.close()
