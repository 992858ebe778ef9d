"""Database roles on a real server."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.bootstrap_database import bootstrap_database, clone_database, drop_database, in_database
from deploy.local.engines.postgres import DATABASE
from deploy.local.home import SERVICES
from deploy.local.stack import Stack


async def _connect(stack: Stack, role: str, database: str = DATABASE) -> asyncpg.Connection:
    return await asyncpg.connect(stack.around.dsn(role, database))


@pytest_asyncio.fixture
async def table(engines: Stack) -> AsyncIterator[str]:
    """A table of the declaration service, made by its migrator."""
    owner = await _connect(engines, "declaration_migrator")
    await owner.execute("CREATE TABLE probe (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text)")
    yield "declaration.probe"
    await owner.execute("DROP TABLE probe")
    await owner.close()


@pytest.mark.requirement("V65")
async def test_own_rows_yes_own_structure_no(engines: Stack, table: str) -> None:
    """A service reads and writes rows of its schema by bare table names, and can neither create nor drop anything."""
    service = await _connect(engines, "declaration")
    await service.execute("INSERT INTO probe (word) VALUES ('一')")
    assert await service.fetchval(f"SELECT word FROM {table}") == "一"
    await service.execute("UPDATE probe SET word = '二'")
    await service.execute("DELETE FROM probe")
    for statement in (
        "CREATE TABLE more (id int)",
        "CREATE TABLE public.more (id int)",
        "CREATE TEMPORARY TABLE more (id int)",
        "CREATE SCHEMA more",
        "TRUNCATE probe",
        "SET ROLE declaration_migrator",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="must be owner"):
        await service.execute("DROP TABLE probe")
    await service.close()


@pytest.mark.requirement("V65")
async def test_cross_schema_select_is_refused(engines: Stack, table: str) -> None:
    """No other service's role, worker or migrator, reads a table of the declaration service; its own role does."""
    for other in SERVICES:
        for role in (other, f"{other}_migrator"):
            connection = await _connect(engines, role)
            if other == "declaration":
                assert await connection.fetch(f"SELECT * FROM {table}") == []
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for schema"):
                    await connection.fetch(f"SELECT * FROM {table}")
            await connection.close()


@pytest.mark.requirement("V65")
async def test_functions_are_not_public(engines: Stack) -> None:
    """A function of one service's schema is executable by that service alone."""
    owner = await _connect(engines, "identity_migrator")
    await owner.execute("CREATE FUNCTION probe() RETURNS int LANGUAGE sql RETURN 1")
    granted = "SELECT has_function_privilege($1, 'identity.probe()', 'EXECUTE')"
    assert [await owner.fetchval(granted, role) for role in ("identity", "institution")] == [True, False]
    await owner.execute("DROP FUNCTION probe()")
    await owner.close()


async def test_extensions_work_for_services(engines: Stack) -> None:
    """The operators of pg_trgm and btree_gist are found through the search path of every role."""
    connection = await _connect(engines, "institution")
    assert await connection.fetchval("SELECT similarity('协和医院', '协和医院')") == 1
    await connection.close()
    owner = await _connect(engines, "institution_migrator")
    await owner.execute("CREATE TABLE span (id int, during tstzrange, EXCLUDE USING gist (id WITH =, during WITH &&))")
    await owner.execute("DROP TABLE span")
    await owner.close()


async def test_a_database_that_cannot_search_chinese_is_refused(engines: Stack) -> None:
    """Set up in a database of character type C, where similarity of Chinese names is always 0, the script stops."""
    admin = await asyncpg.connect(engines.admin_dsn)
    await admin.execute(
        "CREATE DATABASE ctype_c TEMPLATE template0 LC_CTYPE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C'"
    )
    with pytest.raises(asyncpg.RaiseError, match="does not know Chinese"):
        await bootstrap_database(engines.admin_dsn, "ctype_c", engines.around.role_passwords())
    await admin.close()
    await drop_database(engines.admin_dsn, "ctype_c")


async def test_setting_up_again_changes_nothing(engines: Stack, table: str) -> None:
    """The SQL is repeatable: run on a database in use, rows and rights stay."""
    service = await _connect(engines, "declaration")
    await service.execute("INSERT INTO probe (word) VALUES ('留')")
    await bootstrap_database(engines.admin_dsn, DATABASE, engines.around.role_passwords())
    assert await service.fetchval("SELECT word FROM probe") == "留"
    await service.execute("DELETE FROM probe")
    await service.close()


async def test_a_clone_has_the_same_walls(engines: Stack) -> None:
    """A copy of a template database, as tests use it, lets the same roles in, and nobody else."""
    passwords = engines.around.role_passwords()
    await bootstrap_database(engines.admin_dsn, "template_probe", passwords)
    await clone_database(engines.admin_dsn, "template_probe", "clone_probe", passwords)
    try:
        connection = await _connect(engines, "identity", "clone_probe")
        assert await connection.fetchval("SELECT current_schema()") == "identity"
        await connection.close()
        admin = await asyncpg.connect(in_database(engines.admin_dsn, "clone_probe"))
        await admin.execute("CREATE ROLE passer_by LOGIN PASSWORD 'passer-by'")
        assert not await admin.fetchval("SELECT has_database_privilege('passer_by', 'clone_probe', 'CONNECT')")
        await admin.execute("DROP ROLE passer_by")
        await admin.close()
    finally:
        for name in ("clone_probe", "template_probe"):
            await drop_database(engines.admin_dsn, name)
