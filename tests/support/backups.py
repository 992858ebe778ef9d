"""Backups as operators take them: pg_dump of a whole database, pg_restore into another one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from deploy.local.bootstrap_database import drop_database, in_database
from deploy.local.engines.postgres import wheel_binaries


async def dump_database(admin_dsn: str, database: str, folder: Path) -> Path:
    """A backup of the whole database."""
    file = folder / f"{database}.dump"
    await _run("pg_dump", "--format=custom", "--file", str(file), in_database(admin_dsn, database))
    return file


@asynccontextmanager
async def restored(admin_dsn: str, dump: Path, name: str) -> AsyncIterator[str]:
    """A new database made from a dump; its name. Dropped at the end."""
    connection = await asyncpg.connect(admin_dsn)
    await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    await connection.close()
    try:
        await _run("pg_restore", "--dbname", in_database(admin_dsn, name), str(dump))
        yield name
    finally:
        await drop_database(admin_dsn, name)


async def _run(program: str, *arguments: str) -> None:
    command = str(wheel_binaries() / program)
    process = await asyncio.create_subprocess_exec(command, *arguments, stderr=asyncio.subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
