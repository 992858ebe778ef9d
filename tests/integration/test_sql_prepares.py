"""Every SQL statement of the code is understood by the migrated schema of its service.

The fixture `migrated_database` gives, for the name of a service, the DSN of a database migrated for it."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from tests.contract.services import SERVICES
from tests.contract.sql_statements import statements

MigratedDatabase = Callable[[str], Awaitable[str]]
each_service = pytest.mark.parametrize("service", SERVICES)


async def refused(dsn: str, folders: list[str]) -> list[str]:
    """Places whose statement the server does not prepare, each with its reason."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        wrong = []
        for statement in (one for folder in folders for one in statements(folder)):
            try:
                await connection.prepare(statement.sql)
            except asyncpg.PostgresError as error:
                wrong.append(f"{statement.place}: {error}")
        return wrong
    finally:
        await connection.close()


@each_service
async def test_every_statement_prepares(service: str, migrated_database: MigratedDatabase) -> None:
    """The service's own statements, and those of the shared code, fit the schema that its migrations make."""
    assert statements(f"services/{service}"), "a service without a single statement"
    assert await refused(await migrated_database(service), [f"services/{service}", "shared"]) == []


async def test_a_wrong_statement_is_found(migrated_database: MigratedDatabase) -> None:
    """The negative control: a column that does not exist is refused when the statement is prepared."""
    connection = await asyncpg.connect(await migrated_database("identity"), timeout=10)
    try:
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.prepare("SELECT no_such_column FROM outbox")
    finally:
        await connection.close()
