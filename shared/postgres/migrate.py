"""Forward-only SQL migrations. Files NNNN_[pre_|post_]verb_....sql run once each, in order, inside a transaction with
lock and statement time-outs; a file whose first lines say `-- no transaction` runs outside one, statement by statement,
and only those that say CONCURRENTLY wait as long as it takes. Starts that race wait by polling an advisory lock:
blocking inside pg_advisory_lock holds a snapshot and deadlocks with a concurrent index build."""

import asyncio
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import structlog

from shared.postgres.connecting import connect_with
from shared.settings import PostgresSettings

log = structlog.get_logger()

_NAME = re.compile(r"^(\d{4})_(?:(pre|post)_)?([a-z0-9_]+)\.sql$")
_LOCK = 0x7469726F  # "tiro"
_COMMENT = re.compile(r"--[^\n]*")
_BUILD = re.compile(r"(CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY)\s+(?!IF\s+NOT\s+EXISTS)", re.IGNORECASE)
_REBUILT = re.compile(r"_cc(new|old)\d*$")
_FAIL_FAST = "SET lock_timeout = '4s'; SET statement_timeout = '60s'"
_WAIT = "SET lock_timeout = 0; SET statement_timeout = 0"

FOUNDATION = Path(__file__).resolve().parent.parent / "migrations"

_CREATE_VERSION_TABLE = """
CREATE TABLE IF NOT EXISTS schema_version (
    origin text NOT NULL, number integer NOT NULL, name text NOT NULL, checksum bytea NOT NULL,
    seconds double precision NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (origin, number)
)
"""


_INVALID_INDEXES = """
SELECT c.relname AS plain, format('%I.%I', n.nspname, c.relname) AS name FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT i.indisvalid ORDER BY name
"""


class MigrationRefused(RuntimeError):
    """A file was edited after it ran, numbers clash, a name breaks the pattern, or an index was left unfinished."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `origin` is "foundation" or the service's name; `phase` says when it may run in a rolling deploy."""

    origin: str
    number: int
    phase: Literal["pre", "post"]
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        """SHA-256 of the text as it runs."""
        return hashlib.sha256(self.sql.encode()).digest()


def read_migrations(origin: str, folder: Path) -> list[Migration]:
    """The files of a folder in order; raises MigrationRefused on a bad name or a number used twice."""
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        if (match := _NAME.match(path.name)) is None:
            raise MigrationRefused(f"{path.name}: must look like 0001_create_things.sql")
        number = int(match[1])
        if number in found:
            raise MigrationRefused(f"{origin}: number {number:04} is used twice")
        phase: Literal["pre", "post"] = "post" if match[2] == "post" else "pre"
        found[number] = Migration(origin, number, phase, path.name, path.read_text(encoding="utf-8"))
    return list(found.values())


async def migrate(
    owner: PostgresSettings,
    schema: str,
    folder: Path,
    *,
    phase: Literal["pre", "post", "all"] = "all",
    lock_wait: float = 120,
) -> list[str]:
    """Apply what is missing to `schema`; the names applied, in order. Connect as the owner, not through a pooler."""
    wanted = read_migrations("foundation", FOUNDATION) + read_migrations(schema, folder)
    connection = await connect_with(owner, timeout=10, server_settings={"search_path": f"{schema},public"})
    try:
        await _lock(connection, schema, lock_wait)
        await connection.execute(_CREATE_VERSION_TABLE)
        rows = await connection.fetch("SELECT origin, number, checksum FROM schema_version")
        applied = {(row["origin"], row["number"]): row["checksum"] for row in rows}
        await _mend_indexes(connection, [m for m in wanted if (m.origin, m.number) not in applied])
        done = []
        for migration in wanted:
            checksum = applied.get((migration.origin, migration.number))
            if checksum is None:
                if phase in ("all", migration.phase):
                    await _apply(connection, migration)
                    done.append(migration.name)
            elif checksum != migration.checksum:
                raise MigrationRefused(f"{migration.origin}/{migration.name} was edited after it ran; add a new file")
        return done
    finally:
        await connection.close()


async def pending(settings: PostgresSettings, schema: str, folder: Path) -> list[str]:
    """Names of the migrations this code needs and the schema lacks (readiness)."""
    wanted = read_migrations("foundation", FOUNDATION) + read_migrations(schema, folder)
    connection = await connect_with(settings, timeout=10)
    try:
        rows = await connection.fetch("SELECT origin, number FROM schema_version")
    finally:
        await connection.close()
    applied = {(row["origin"], row["number"]) for row in rows}
    return [m.name for m in wanted if (m.origin, m.number) not in applied]


async def _lock(connection: Any, schema: str, wait: float) -> None:
    deadline = time.monotonic() + wait
    key = int.from_bytes(hashlib.sha256(schema.encode()).digest()[:4], "big", signed=True)
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1::int, $2::int)", _LOCK, key):
        if time.monotonic() > deadline:
            raise MigrationRefused(f"another migration of {schema} has been running for {wait:.0f} s")
        await asyncio.sleep(0.2)


async def _apply(connection: Any, migration: Migration) -> None:
    began = time.monotonic()
    await connection.execute(_FAIL_FAST)
    if "-- no transaction" in migration.sql.split("\n\n", 1)[0]:
        await _run_online(connection, migration)
        await _record(connection, migration, began)
    else:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await _record(connection, migration, began)
    log.info("migration_applied", origin=migration.origin, name=migration.name)


async def _mend_indexes(connection: Any, missing: Sequence[Migration]) -> None:
    """Build again what a cut leaves of an index that is already recorded, say by REINDEX; no file would do so. What
    files to come leave or drop is theirs."""
    await connection.execute(_WAIT)
    for row in await connection.fetch(_INVALID_INDEXES):
        if any(re.search(rf"\b{re.escape(row['plain'])}\b", migration.sql) for migration in missing):
            continue
        verb = "DROP INDEX CONCURRENTLY IF EXISTS" if _REBUILT.search(row["plain"]) else "REINDEX INDEX CONCURRENTLY"
        # allow built-sql: a name that the catalogue quoted
        await connection.execute(f"{verb} {row['name']}")
        log.warning("index_mended", index=row["plain"])


async def _run_online(connection: Any, migration: Migration) -> None:
    """A build that is cut short leaves an index that no query uses, and that IF NOT EXISTS takes for one: what an
    earlier run left so is built again. Raises MigrationRefused."""
    await connection.execute(_WAIT)
    for row in await connection.fetch(_INVALID_INDEXES):
        # allow built-sql: a name that the catalogue quoted
        await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {row['name']}")
    # One by one: statements that are sent together run in a transaction of their own.
    for statement in filter(None, migration.sql.rstrip().rstrip(";").split(";\n")):
        # Only what is concurrent may wait: behind any other that waits for its lock, all of the table's queries wait.
        is_concurrent = re.search(r"\bCONCURRENTLY\b", _COMMENT.sub("", statement), re.IGNORECASE)
        await connection.execute(_WAIT if is_concurrent else _FAIL_FAST)
        # A run may end between a build and its record.
        await connection.execute(_BUILD.sub(r"\1 IF NOT EXISTS ", statement))
    if unfinished := [row["name"] for row in await connection.fetch(_INVALID_INDEXES)]:
        raise MigrationRefused(f"{migration.name} left {', '.join(unfinished)} unfinished; run the migrations again")


async def _record(connection: Any, migration: Migration, began: float) -> None:
    await connection.execute(
        "INSERT INTO schema_version (origin, number, name, checksum, seconds) VALUES ($1, $2, $3, $4, $5)",
        migration.origin,
        migration.number,
        migration.name,
        migration.checksum,
        time.monotonic() - began,
    )
