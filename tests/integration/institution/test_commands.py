"""The commands as an operator runs them: real processes with the service's own environment."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.local.environment import service_environment
from tests.integration.institution.library import ZONE
from tests.support.engines import PROJECT, Engines


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process left behind."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs commands of the service on a database of their own."""

    environment: dict[str, str]
    dsn: str

    async def run(self, *arguments: str) -> Ran:
        """python -m services.institution ..."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.institution", *arguments),
            cwd=PROJECT,
            env={**os.environ, **self.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    async def count(self, statement: str) -> int:
        """One number out of the database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return int(await connection.fetchval(statement))
        finally:
            await connection.close()


@asynccontextmanager
async def terminal(engines: Engines) -> AsyncIterator[Terminal]:
    """A terminal whose service works on a fresh database."""
    async with engines.database("institution") as name:
        around = engines.stack.around
        dsn = around.dsn("institution", name)
        environment = {**service_environment(around, "institution", "worker"), "INSTITUTION_POSTGRES__DSN": dsn}
        yield Terminal(environment, dsn)


async def test_two_bootstraps_at_once_make_one_zone(engines: Engines) -> None:
    """Both end well, one zone and one invitation result, and neither writes the administrator's phone anywhere."""
    async with terminal(engines) as at:
        ran = await asyncio.gather(at.run("bootstrap", *ZONE), at.run("bootstrap", *ZONE))
        assert [one.status for one in ran] == [0, 0], ran
        assert not any("13800000042" in one.out + one.err for one in ran)
        assert await at.count("SELECT count(*) FROM exam_body") == 1
        assert await at.count("SELECT count(*) FROM outbox WHERE type = 'institution.staff_requested.v1'") == 1
        again = await at.run("bootstrap", *ZONE)
        assert (again.status, "已存在" in again.out) == (0, True)


async def test_wrong_arguments_are_explained(engines: Engines) -> None:
    """A phone that is none ends with status 2 and says what is expected."""
    async with terminal(engines) as at:
        ran = await at.run("bootstrap", *ZONE[:-1], "12345")
        assert ran.status == 2
        assert "11 digits" in ran.err


async def test_divisions_are_loaded_from_files_whole_or_not_at_all(engines: Engines, tmp_path: Path) -> None:
    """The shipped file loads, also twice; a file with one wrong line loads nothing and names the line."""
    header = "code,name,level,parent_code,current,statistical,successor_code\n"
    broken = tmp_path / "broken.csv"
    broken.write_text(header + "430000,虚构省,province,,true,false,\n4301,短,prefecture,430000,true,false,\n", "utf-8")
    async with terminal(engines) as at:
        for _ in range(2):
            assert (await at.run("load-divisions")).status == 0
        assert await at.count("SELECT count(*) FROM division WHERE current AND level = 'county'") == 105
        ran = await at.run("load-divisions", str(broken))
        assert ran.status == 2
        assert "3" in ran.err
        assert await at.count("SELECT count(*) FROM division WHERE code LIKE '43%'") == 0
