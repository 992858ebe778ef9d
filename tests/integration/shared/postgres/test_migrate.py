"""The migration runner against the real server: each file once, whoever starts it, and no edited file."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from deploy.local.bootstrap_database import bootstrap_database, drop_database
from deploy.local.home import PROJECT
from shared.postgres.migrate import MigrationRefused, migrate, pending
from shared.settings import PostgresSettings
from tests.support.engines import Engines
from tests.support.waiting import wait_until

SCHEMA = "notification"
FOUNDATION = [file.name for file in (PROJECT / "shared" / "migrations").glob("*.sql")]


@pytest_asyncio.fixture(loop_scope="session")
async def owner(engines: Engines) -> AsyncIterator[PostgresSettings]:
    """A database without tables; where and as whom the schema's owner connects."""
    around = engines.stack.around
    await bootstrap_database(around.admin_dsn(), "test_migrate", around.role_passwords())
    yield PostgresSettings(dsn=SecretStr(around.dsn(f"{SCHEMA}_migrator", "test_migrate")))
    await drop_database(around.admin_dsn(), "test_migrate")


def _write(folder: Path, name: str, sql: str) -> None:
    (folder / name).write_text(sql, encoding="utf-8")


async def test_eight_starts_at_once_apply_each_file_once(owner: PostgresSettings, tmp_path: Path) -> None:
    """One start does the work, the others find nothing left, a concurrent index build included."""
    _write(tmp_path, "0001_create_a.sql", "CREATE TABLE a (x int);")
    _write(tmp_path, "0002_index_a.sql", "-- no transaction\n\nCREATE INDEX CONCURRENTLY ix__a__x ON a (x);")
    expected = sorted([*FOUNDATION, "0001_create_a.sql", "0002_index_a.sql"])
    assert len(await pending_or_all(owner, tmp_path)) == len(expected)
    results = await asyncio.gather(*(migrate(owner, SCHEMA, tmp_path) for _ in range(8)))
    applied = [name for result in results for name in result]
    assert sorted(applied) == expected
    assert await pending(owner, SCHEMA, tmp_path) == []


async def test_an_index_whose_build_was_cut_short_is_built_again(owner: PostgresSettings, tmp_path: Path) -> None:
    """A writer holds the table while the first start is cancelled in its build; the second one leaves a valid index."""
    _write(tmp_path, "0001_create_a.sql", "CREATE TABLE a (x int);")
    await migrate(owner, SCHEMA, tmp_path)
    index = "-- no transaction\n\nCREATE INDEX CONCURRENTLY IF NOT EXISTS ix__a__x ON a (x);"
    _write(tmp_path, "0002_index_a.sql", index)
    connection = await asyncpg.connect(owner.dsn.get_secret_value())
    writer = await asyncpg.connect(owner.dsn.get_secret_value())
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('notification.ix__a__x')"
    try:
        async with writer.transaction():
            await writer.execute("INSERT INTO notification.a VALUES (1)")
            first = asyncio.create_task(migrate(owner, SCHEMA, tmp_path))

            async def building() -> bool:
                return await connection.fetchval(valid) is False

            await wait_until(building, seconds=20, what="the build to wait for the writer")
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
        assert await connection.fetchval(valid) is False
        assert await migrate(owner, SCHEMA, tmp_path) == ["0002_index_a.sql"]
        assert await connection.fetchval(valid) is True
    finally:
        await writer.close()
        await connection.close()


async def test_an_edited_file_is_refused(owner: PostgresSettings, tmp_path: Path) -> None:
    """A migration that ran is history; changing it stops the start with a sentence that says what to do."""
    _write(tmp_path, "0001_create_b.sql", "CREATE TABLE b (x int);")
    await migrate(owner, SCHEMA, tmp_path)
    _write(tmp_path, "0001_create_b.sql", "CREATE TABLE b (x bigint);")
    with pytest.raises(MigrationRefused, match="add a new file"):
        await migrate(owner, SCHEMA, tmp_path)


async def test_a_failing_file_leaves_nothing_behind(owner: PostgresSettings, tmp_path: Path) -> None:
    """One transaction a file: half a migration does not exist."""
    _write(tmp_path, "0001_create_c.sql", "CREATE TABLE c (x int); SELECT 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(owner, SCHEMA, tmp_path)
    connection = await asyncpg.connect(owner.dsn.get_secret_value())
    assert await connection.fetchval("SELECT to_regclass('notification.c')") is None
    await connection.close()


async def test_post_migrations_wait_for_the_new_code(owner: PostgresSettings, tmp_path: Path) -> None:
    """`pre` runs before a rolling deploy, `post` after it."""
    _write(tmp_path, "0001_create_d.sql", "CREATE TABLE d (x int);")
    _write(tmp_path, "0002_post_drop_d.sql", "DROP TABLE d;")
    assert "0002_post_drop_d.sql" not in await migrate(owner, SCHEMA, tmp_path, phase="pre")
    assert await migrate(owner, SCHEMA, tmp_path, phase="post") == ["0002_post_drop_d.sql"]


async def pending_or_all(owner: PostgresSettings, folder: Path) -> list[str]:
    """Pending names, where even the version table may be missing."""
    try:
        return await pending(owner, SCHEMA, folder)
    except asyncpg.UndefinedTableError:
        return [*FOUNDATION, *(path.name for path in folder.iterdir())]
