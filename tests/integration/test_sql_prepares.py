"""Every SQL statement of the code is understood by the migrated schema of its service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from deploy.local.engines.postgres import KEY_DATABASE
from deploy.local.home import SEALING_FOR_SUBJECTS
from tests.contract.services import SERVICES
from tests.contract.sql_statements import statements
from tests.support.engines import Engines

KEY_STORE = "shared.security.subject_keys."
EXPORTING = "shared.exporting."
MAKING_EXPORTS = ("institution", "declaration")
WECHAT = "shared.wechat."
TALKING_TO_WECHAT = ("identity", "notification")
each_service = pytest.mark.parametrize("service", SERVICES)


@asynccontextmanager
async def connected(engines: Engines, service: str) -> AsyncIterator[Any]:
    """A connection with the service's own role to a fresh database with its schema."""
    async with engines.database(service) as name:
        connection = await asyncpg.connect(engines.stack.around.dsn(service, name), timeout=10)
        try:
            yield connection
        finally:
            await connection.close()


@each_service
async def test_every_statement_prepares(engines: Engines, service: str) -> None:
    """The service's own statements, and those of the shared code, fit the schema that its migrations make."""
    own = statements(f"services/{service}")
    assert own, "a service without a single statement"
    refused = []
    async with connected(engines, service) as connection:
        for statement in (*own, *(one for one in statements("shared") if _is_for(service, one.place))):
            try:
                await connection.prepare(statement.sql)
            except asyncpg.PostgresError as error:
                refused.append(f"{statement.place}: {error}")
    assert refused == []


def _is_for(service: str, place: str) -> bool:
    if place.startswith(WECHAT):
        return service in TALKING_TO_WECHAT
    if place.startswith(EXPORTING):
        return service in MAKING_EXPORTS
    return not place.startswith(KEY_STORE)


@pytest.mark.parametrize("service", SEALING_FOR_SUBJECTS)
async def test_statements_of_the_key_store_prepare(engines: Engines, service: str) -> None:
    """Every service that is let into the store of subject keys may ask what the shared code asks of it."""
    asked = [one for one in statements("shared") if one.place.startswith(KEY_STORE)]
    assert len(asked) == 6
    connection = await asyncpg.connect(engines.stack.around.dsn(service, KEY_DATABASE), timeout=10)
    try:
        for statement in asked:
            await connection.prepare(statement.sql)
    finally:
        await connection.close()


async def test_a_wrong_statement_is_found(engines: Engines) -> None:
    """The negative control: a column that does not exist is refused when the statement is prepared."""
    async with connected(engines, "notification") as connection:
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.prepare("SELECT no_such_column FROM outbox")
