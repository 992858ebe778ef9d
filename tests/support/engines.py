"""Real engines for tests: one private PostgreSQL, RabbitMQ and object store per test run, and databases cloned from a
migrated template (about 60 ms each)."""

import asyncio
import importlib
import itertools
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest_asyncio
from pydantic import SecretStr

from deploy.local.bootstrap_database import bootstrap_database, clone_database, drop_database
from deploy.local.environment import service_environment
from deploy.local.stack import Stack
from shared.postgres.migrate import migrate
from shared.process.definition import ServiceDefinition
from shared.settings import PostgresSettings, ServiceSettings
from tests.support.kept_children import end_kept_children

PROJECT = Path(__file__).resolve().parents[2]
_numbers = itertools.count(1)


class Engines:
    """The engines of this run, and what tests ask of them."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._templates: dict[str, asyncio.Task[str]] = {}

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[str]:
        """A fresh migrated database; its name. Dropped at the end."""
        around = self.stack.around
        if service not in self._templates:
            self._templates[service] = asyncio.create_task(self._make_template(service))
        template = await self._templates[service]
        name = f"test_{os.getpid()}_{next(_numbers)}"
        await clone_database(around.admin_dsn(), template, name, around.role_passwords())
        try:
            yield name
        finally:
            await drop_database(around.admin_dsn(), name)

    async def _make_template(self, service: str) -> str:
        around = self.stack.around
        name = f"template_{service}"
        await bootstrap_database(around.admin_dsn(), name, around.role_passwords())
        folder = definition_of(service).migrations
        owner = PostgresSettings(dsn=SecretStr(around.dsn(f"{service}_migrator", name)))
        await migrate(owner, service, folder)
        return name

    def settings(self, service: str, database: str, **overrides: str) -> ServiceSettings:
        """The service's settings as its own process would read them, on another database."""
        environment = service_environment(self.stack.around, service, "worker")
        environment[f"{service.upper()}_POSTGRES__DSN"] = self.stack.around.dsn(service, database)
        environment[f"{service.upper()}_PROFILE"] = "test"
        environment |= {f"{service.upper()}_{name}": value for name, value in overrides.items()}
        with environment_of(environment):
            return definition_of(service).settings()


def definition_of(service: str) -> ServiceDefinition:
    """The service's own definition."""
    module = importlib.import_module(f"services.{service}.app")
    found: ServiceDefinition = module.SERVICE
    return found


@contextmanager
def environment_of(values: Mapping[str, str]) -> Iterator[None]:
    """The process environment with these values, for the length of the block."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engines() -> AsyncIterator[Engines]:
    """Engines of this test run, started once."""
    home = PROJECT / "var" / "tests" / f"engines-{os.getpid()}"
    async with Stack(home=home, durable=False, erase=True) as stack:
        await stack.start_engines()
        yield Engines(stack)
        await end_kept_children()
