"""What was told before reminders had one table is not told again, by newer copies or by older ones beside them."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from deploy.local.bootstrap_database import bootstrap_database, drop_database
from deploy.local.home import PROJECT
from shared.ids import new_id
from shared.postgres.migrate import migrate
from shared.settings import PostgresSettings
from tests.integration.declaration.filing import rows
from tests.support.engines import Engines
from tests.support.waiting import wait_until

DATABASE: Final = "test_reminder_upgrade"
NOW: Final = datetime(2027, 1, 8, 2, tzinfo=UTC)
LICENCE_ENDS: Final = datetime(2027, 2, 13, 16, tzinfo=UTC)
YEAR_ENDS: Final = datetime(2027, 8, 31, 16, tzinfo=UTC)
_TOLD: Final = "SELECT kind, subject, ends_at, step FROM reminder ORDER BY subject, step DESC"
_TELL: Final = "INSERT INTO reminder (kind, subject, ends_at, step, told_at) VALUES ($1, $2, $3, $4, $5)"
_LICENCE: Final = "INSERT INTO licence_notice (institution_id, valid_to, stage, told_at) VALUES ($1, $2, $3, $4)"
_FULL_YEAR: Final = "INSERT INTO full_year_notice (person_id, cycle_id, days, told_at) VALUES ($1, $2, $3, $4)"
_HELD_UP: Final = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass($1)"


class Upgrade:
    """A service's schema on its way from the release before."""

    def __init__(self, service: str, owner: PostgresSettings, connection: Any) -> None:
        self.service, self.owner, self.connection = service, owner, connection
        self.dsn = owner.dsn.get_secret_value()

    async def to(self, last: int, folder: Path) -> None:
        """Every migration up to a number."""
        for file in sorted((PROJECT / "services" / self.service / "migrations").glob("*.sql")):
            if int(file.name[:4]) <= last and not (folder / file.name).exists():
                shutil.copy(file, folder / file.name)
        await migrate(self.owner, self.service, folder)

    async def told(self) -> list[tuple[Any, ...]]:
        """All rows of the new table."""
        return [tuple(row.values()) for row in await self.connection.fetch(_TOLD)]

    async def gone(self, table: str) -> bool:
        """Whether a table is there no more."""
        return await self.connection.fetchval("SELECT to_regclass($1)", f"{self.service}.{table}") is None


@pytest_asyncio.fixture(loop_scope="session")
async def upgrade(engines: Engines, request: pytest.FixtureRequest) -> AsyncIterator[Upgrade]:
    """An empty database of the service that the test names."""
    around, service = engines.stack.around, str(request.param)
    await bootstrap_database(around.admin_dsn(), DATABASE, around.role_passwords())
    dsn = around.dsn(f"{service}_migrator", DATABASE)
    owner = PostgresSettings(dsn=SecretStr(dsn))
    connection = await asyncpg.connect(dsn, server_settings={"search_path": f"{service},public"})
    yield Upgrade(service, owner, connection)
    await connection.close()
    await drop_database(around.admin_dsn(), DATABASE)


@pytest.mark.requirement("B15")
@pytest.mark.parametrize("upgrade", ["institution"], indirect=True)
async def test_told_licences_are_told_no_more(upgrade: Upgrade, tmp_path: Path) -> None:
    """Rows come over at the most urgent step of their side of the end; an older copy's follow, and are refused where a
    newer copy told; at last the old table goes."""
    sql, (before, meanwhile, newer) = upgrade.connection, sorted(new_id() for _ in range(3))
    await upgrade.to(29, tmp_path)
    await sql.execute("ALTER TABLE licence_notice DROP CONSTRAINT licence_notice_institution_id_fkey")
    for stage in ("ending", "ended"):
        await sql.execute(_LICENCE, before, date(2027, 2, 13), stage, NOW)
    await upgrade.to(30, tmp_path)
    await sql.execute(_LICENCE, meanwhile, date(2027, 2, 13), "ending", NOW)
    await sql.execute(_TELL, "licence", newer, LICENCE_ENDS, 60, NOW)
    with pytest.raises(asyncpg.UniqueViolationError):
        await sql.execute(_LICENCE, newer, date(2027, 2, 13), "ending", NOW)
    await sql.execute(_LICENCE, newer, date(2027, 2, 13), "ended", NOW)
    await upgrade.to(31, tmp_path)
    assert await upgrade.told() == [
        ("licence", whose, LICENCE_ENDS, step)
        for whose, step in ((before, 1), (before, -1), (meanwhile, 1), (newer, 60), (newer, -1))
    ]
    assert await upgrade.gone("licence_notice")


@pytest.mark.requirement("P12")
@pytest.mark.parametrize("upgrade", ["declaration"], indirect=True)
async def test_told_full_years_are_told_no_more(upgrade: Upgrade, tmp_path: Path) -> None:
    """The same of people whose full year is missing, with the end of their exam year."""
    sql, (before, meanwhile, newer) = upgrade.connection, sorted(new_id() for _ in range(3))
    cycle = new_id()
    await upgrade.to(82, tmp_path)
    await sql.execute("INSERT INTO catalogue (version, digest, loaded_at) VALUES (900, '\\x00', $1)", NOW)
    await sql.execute(rows.INSERT_CYCLE, cycle, 2027, datetime(2027, 1, 12, tzinfo=UTC))
    await sql.execute(_FULL_YEAR, before, cycle, 60, NOW)
    await upgrade.to(86, tmp_path)
    await sql.execute(_FULL_YEAR, meanwhile, cycle, 30, NOW)
    await sql.execute(_TELL, "full_year", newer, YEAR_ENDS, 30, NOW)
    with pytest.raises(asyncpg.UniqueViolationError):
        await sql.execute(_FULL_YEAR, newer, cycle, 30, NOW)
    await upgrade.to(87, tmp_path)
    assert await upgrade.told() == [
        ("full_year", whose, YEAR_ENDS, step) for whose, step in ((before, 60), (meanwhile, 30), (newer, 30))
    ]
    assert await upgrade.gone("full_year_notice")


@pytest.mark.requirement("B15", "P12")
@pytest.mark.parametrize("ordered", [True, False], ids=["trigger first", "control: copy first"])
@pytest.mark.parametrize("upgrade", ["institution", "declaration"], indirect=True)
async def test_what_is_told_beside_the_upgrade_comes_over(upgrade: Upgrade, tmp_path: Path, ordered: bool) -> None:
    """An older copy tells while the rows come over, and commits when the trigger already waits for it: its row is
    copied, and those after it follow. Control: copied before the trigger is made, that row is lost."""
    sql, (meanwhile, after) = upgrade.connection, sorted(new_id() for _ in range(2))
    last, table, tell = await _before(upgrade, tmp_path)
    if not ordered:
        _copy_first(upgrade.service, last, tmp_path)
    writer = await asyncpg.connect(upgrade.dsn, server_settings={"search_path": f"{upgrade.service},public"})

    async def held_up() -> bool:
        return bool(await sql.fetchval(_HELD_UP, table))

    async with writer.transaction():
        await tell(writer, meanwhile)
        upgrading = asyncio.create_task(upgrade.to(last, tmp_path))
        await wait_until(held_up, what="the trigger to wait for the writer")
    await upgrading
    await tell(writer, after)
    await writer.close()
    assert {whose for _, whose, _, _ in await upgrade.told()} == ({meanwhile, after} if ordered else {after})


async def _before(upgrade: Upgrade, folder: Path) -> tuple[int, str, Callable[[Any, UUID], Awaitable[Any]]]:
    """The release before; the number that copies, the table it copies, and how an older copy tells."""
    sql = upgrade.connection
    if upgrade.service == "institution":
        await upgrade.to(29, folder)
        await sql.execute("ALTER TABLE licence_notice DROP CONSTRAINT licence_notice_institution_id_fkey")
        return 30, "licence_notice", lambda by, whose: by.execute(_LICENCE, whose, date(2027, 2, 13), "ending", NOW)
    cycle = new_id()
    await upgrade.to(82, folder)
    await sql.execute("INSERT INTO catalogue (version, digest, loaded_at) VALUES (900, '\\x00', $1)", NOW)
    await sql.execute(rows.INSERT_CYCLE, cycle, 2027, datetime(2027, 1, 12, tzinfo=UTC))
    await upgrade.to(85, folder)
    return 86, "full_year_notice", lambda by, whose: by.execute(_FULL_YEAR, whose, cycle, 60, NOW)


def _copy_first(service: str, number: int, folder: Path) -> None:
    """The same file with its copy in front."""
    (file,) = (PROJECT / "services" / service / "migrations").glob(f"{number:04}_*.sql")
    head, function, *_ = re.split(r"(?=CREATE FUNCTION)", file.read_text(encoding="utf-8"))
    trigger, copy = function.split(";\n\n", 1)
    (folder / file.name).write_text(f"{head}\n{copy}\n{trigger};\n", encoding="utf-8")
