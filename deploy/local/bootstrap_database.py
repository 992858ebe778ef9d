"""Creates database, schemas and roles of the services by the SQL in deploy/sql, which operators run as well (V65)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.home import PROJECT

SQL = PROJECT / "deploy" / "sql"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class RolePasswords:
    """Passwords of one service's two roles."""

    service: str
    migrator: str


async def bootstrap_database(admin_dsn: str, database: str, services: Mapping[str, RolePasswords]) -> None:
    """Makes `database` on the server of `admin_dsn` (an administrator's DSN, any database) ready for the migrations of
    `services`. Repeatable; passwords are renewed."""
    await _create(admin_dsn, database)
    connection = await asyncpg.connect(in_database(admin_dsn, database))
    try:
        await connection.execute((SQL / "database.sql").read_text(encoding="utf-8"))
        statement = (SQL / "service.sql").read_text(encoding="utf-8")
        for service, passwords in services.items():
            await _set(connection, "tiro.service", service)
            await _set(connection, "tiro.password", passwords.service)
            await _set(connection, "tiro.migrator_password", passwords.migrator)
            await connection.execute(statement)
    finally:
        await connection.close()


async def bootstrap_subject_keys(admin_dsn: str, database: str) -> None:
    """Makes `database` the store of subject keys; the roles of the services exist already. Repeatable."""
    await _create(admin_dsn, database)
    await _execute(in_database(admin_dsn, database), (SQL / "subject_keys.sql").read_text(encoding="utf-8"))


async def clone_database(admin_dsn: str, template: str, name: str, services: Mapping[str, RolePasswords]) -> None:
    """Copies a migrated database for one test. Grants on the database itself are not copied by the server, so they are
    given again. Nobody may be connected to `template`. Raises asyncpg.DuplicateDatabaseError."""
    roles = ", ".join(role for service in services for role in (_quoted(service), _quoted(f"{service}_migrator")))
    await _execute(
        admin_dsn,
        f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(template)} STRATEGY FILE_COPY",
        f"REVOKE ALL ON DATABASE {_quoted(name)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {_quoted(name)} TO {roles}",
    )


async def drop_database(admin_dsn: str, name: str) -> None:
    """Drops a database and ends whoever is connected to it."""
    await _execute(admin_dsn, f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


def in_database(dsn: str, database: str) -> str:
    """The same server and user, another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


async def _create(admin_dsn: str, database: str) -> None:
    connection = await asyncpg.connect(admin_dsn)
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
            await connection.execute(f"CREATE DATABASE {_quoted(database)}")
    finally:
        await connection.close()


async def _execute(admin_dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(admin_dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _set(connection: asyncpg.Connection, name: str, value: str) -> None:
    await connection.execute("SELECT set_config($1, $2, false)", name, value)


def _quoted(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"not a plain database or role name: {name!r}")
    return f'"{name}"'
