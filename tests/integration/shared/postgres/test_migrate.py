"""The migration runner against the real server: each file once, whoever starts it, and no edited file."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from deploy.local.bootstrap_database import bootstrap_database, drop_database
from deploy.local.home import PROJECT
from shared.postgres import migrate as module
from shared.postgres.migrate import MigrationRefused, migrate, pending, read_migrations
from shared.settings import PostgresSettings
from tests.support.engines import Engines
from tests.support.waiting import wait_until

SCHEMA = "notification"
INDEX = "-- no transaction\n\nCREATE INDEX CONCURRENTLY IF NOT EXISTS ix__a__x ON a (x);"
_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('notification.ix__a__x')"
_SPOIL = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1::text::regclass"
_RECORD = """
INSERT INTO notification.schema_version (origin, number, name, checksum, seconds) VALUES ($1, $2, $3, $4, 1)
"""
FOUNDATION = [file.name for file in (PROJECT / "shared" / "migrations").glob("*.sql")]


@pytest_asyncio.fixture(loop_scope="session")
async def owner(engines: Engines) -> AsyncIterator[PostgresSettings]:
    """A database without tables; where and as whom the schema's owner connects."""
    around = engines.stack.around
    await bootstrap_database(around.admin_dsn(), "test_migrate", around.role_passwords())
    yield PostgresSettings(dsn=SecretStr(around.dsn(f"{SCHEMA}_migrator", "test_migrate")))
    await drop_database(around.admin_dsn(), "test_migrate")


@dataclass(frozen=True, slots=True)
class Sessions:
    """A table `a`, and who works with it beside the starts; `admin` may write to the catalogue."""

    owner: PostgresSettings
    looker: Any
    writer: Any
    admin: Any

    async def is_valid(self) -> bool | None:
        """Whether queries use the index on `a`; None where there is none."""
        answer: bool | None = await self.looker.fetchval(_VALID)
        return answer


@pytest_asyncio.fixture(loop_scope="session")
async def sessions(engines: Engines, owner: PostgresSettings, tmp_path: Path) -> AsyncIterator[Sessions]:
    """The table is made by the first file of the folder."""
    _write(tmp_path, "0001_create_a.sql", "CREATE TABLE a (x int);")
    await migrate(owner, SCHEMA, tmp_path)
    dsn = owner.dsn.get_secret_value()
    looker, writer = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    admin = await asyncpg.connect(engines.stack.around.admin_dsn(), database="test_migrate")
    yield Sessions(owner, looker, writer, admin)
    for one in (looker, writer, admin):
        await one.close()


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


async def _cut_short(sessions: Sessions, folder: Path) -> None:
    """A writer holds the table while a start is cancelled in its build."""
    async with sessions.writer.transaction():
        await sessions.writer.execute("INSERT INTO notification.a VALUES (1)")
        first = asyncio.create_task(migrate(sessions.owner, SCHEMA, folder))

        async def building() -> bool:
            return await sessions.is_valid() is False

        await wait_until(building, seconds=20, what="the build to wait for the writer")
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert await sessions.is_valid() is False


async def test_an_index_whose_build_was_cut_short_is_built_again(sessions: Sessions, tmp_path: Path) -> None:
    """The first start is cancelled in its build; the second one leaves a valid index."""
    _write(tmp_path, "0002_index_a.sql", INDEX)
    await _cut_short(sessions, tmp_path)
    assert await migrate(sessions.owner, SCHEMA, tmp_path) == ["0002_index_a.sql"]
    assert await sessions.is_valid() is True


async def test_an_index_that_is_recorded_and_unfinished_is_built_again(sessions: Sessions, tmp_path: Path) -> None:
    """Recorded by hand, or rebuilt by an operator who was cut short: no file to come makes it, yet the next start does.
    What the operator's rebuilding left beside it goes."""
    _write(tmp_path, "0002_index_a.sql", INDEX)
    await _cut_short(sessions, tmp_path)
    (file,) = (one for one in read_migrations(SCHEMA, tmp_path) if one.number == 2)
    await sessions.looker.execute(_RECORD, SCHEMA, 2, file.name, file.checksum)
    await sessions.looker.execute("CREATE INDEX ix__a__x_ccnew ON notification.a (x)")
    await sessions.admin.execute(_SPOIL, "notification.ix__a__x_ccnew")
    assert await migrate(sessions.owner, SCHEMA, tmp_path) == []
    assert await sessions.is_valid() is True
    assert await sessions.looker.fetchval("SELECT to_regclass('notification.ix__a__x_ccnew')") is None


async def test_an_index_that_was_built_and_not_recorded_is_recorded(sessions: Sessions, tmp_path: Path) -> None:
    """A start that is killed leaves its build to the server, which ends it; without IF NOT EXISTS too it goes on."""
    _write(tmp_path, "0002_index_a.sql", INDEX.replace("IF NOT EXISTS ", ""))
    await sessions.looker.execute("CREATE INDEX CONCURRENTLY ix__a__x ON notification.a (x)")
    assert await migrate(sessions.owner, SCHEMA, tmp_path) == ["0002_index_a.sql"]
    assert await sessions.is_valid() is True


@pytest.mark.parametrize("head", ["", "-- no transaction\n\n"], ids=["in a transaction", "beside a build"])
async def test_what_needs_the_table_for_itself_fails_fast(sessions: Sessions, tmp_path: Path, head: str) -> None:
    """Behind a lock that waits, all queries of the table wait: it gives up, also in a file that builds an index, and is
    carried out by the next start."""
    change = f"{head}ALTER TABLE a ADD COLUMN IF NOT EXISTS y int;\n"
    _write(tmp_path, "0002_add_y.sql", change + (INDEX.split("\n\n")[1] if head else ""))
    async with sessions.writer.transaction():
        await sessions.writer.execute("INSERT INTO notification.a VALUES (1)")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await asyncio.wait_for(migrate(sessions.owner, SCHEMA, tmp_path), 20)
        assert await sessions.looker.fetchval("SELECT count(*) FROM notification.a", timeout=2) == 0
    assert await migrate(sessions.owner, SCHEMA, tmp_path) == ["0002_add_y.sql"]


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "control: fails fast"])
async def test_a_concurrent_build_outlasts_a_long_transaction(
    sessions: Sessions, tmp_path: Path, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for whoever writes, longer than others may wait for a lock. Control: under their limit it is cut."""
    if not waits:
        monkeypatch.setattr(module, "_WAIT", module._FAIL_FAST)
    _write(tmp_path, "0002_index_a.sql", INDEX)
    async with sessions.writer.transaction():
        await sessions.writer.execute("INSERT INTO notification.a VALUES (1)")
        start = asyncio.create_task(migrate(sessions.owner, SCHEMA, tmp_path))
        done, _ = await asyncio.wait({start}, timeout=7)
        assert bool(done) is not waits
    if waits:
        assert await start == ["0002_index_a.sql"]
    else:
        with pytest.raises(asyncpg.LockNotAvailableError):
            await start
    assert await sessions.is_valid() is waits


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
