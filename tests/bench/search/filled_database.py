"""Fills a migrated database with an invented library, and weighs what its index takes."""

import io
import random
import time
from datetime import datetime
from typing import Any, Final

import asyncpg

from services.institution.domain.names import name_key
from shared.clock import SHANGHAI
from shared.ids import new_id
from tests.bench.search.invented_library import Invented, InventedLibrary
from tests.bench.search.quick_suffixes import compare, copied_rows

SEARCH_INDEXES: Final = (
    "ix__institution_suffix__stratum_suffix",
    "ix__institution_suffix__division_code_suffix",
    "ix__institution_suffix__search_no",
)
_GRAM_INDEX: Final = "ix__institution__name_grams"
_COLUMNS: Final = (
    *("id", "version", "state", "origin", "name", "name_key", "division_code", "institution_type", "filing_body_id"),
    *("filing_body_path", "created_at", "updated_at", "state_changed_at"),
)
_ALIAS_COLUMNS: Final = ("id", "institution_id", "kind", "name", "name_key", "recorded_at")
_INSERT_BODY: Final = """
INSERT INTO exam_body (id, version, level, path, code, name, state, created_at)
VALUES ($1, 1, 'zone', ARRAY[$1::uuid], '42', '测速考区', 'active', $2)
"""
_SELECT_AREAS: Final = "SELECT code, area_names(code) FROM division"
_INSERT_SUFFIXES: Final = """
INSERT INTO institution_suffix SELECT s.* FROM institution i, LATERAL institution_suffixes(i.id) AS s
"""
_LEAVE_GRAMS_EMPTY: Final = """
ALTER TABLE institution ALTER COLUMN name_grams DROP EXPRESSION;
ALTER TABLE institution ALTER COLUMN name_grams SET DEFAULT '{}'
"""
_CHUNK: Final = 10_000


async def fill(dsn: str, library: InventedLibrary, count: int, *, quick: bool) -> None:
    """COPY the rows without triggers, then index them at once, as a migration does.

    `quick` is for a large library: rows of the search are made outside the database and compared in a sample, and the
    pieces of names that only lists of exam bodies use are left empty.
    """
    connection = await connect(dsn)
    await connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
    definitions = await _without_indexes(connection)
    await connection.execute("TRUNCATE institution_suffix")
    if quick:
        await connection.execute(_LEAVE_GRAMS_EMPTY)
    numbered = await _copy(connection, library, count, with_suffixes=quick)
    if not quick:
        await connection.execute(_INSERT_SUFFIXES)
    for definition in definitions:
        await connection.execute(definition)
    if quick:
        await compare(connection, random.Random(5).sample(numbered, 500))
    for table in ("institution", "institution_alias", "institution_suffix", "division", "han_reading"):
        await connection.execute(f"VACUUM (ANALYZE) {table}")  # allow built-sql: names of our tables
    await connection.close()


async def connect(dsn: str) -> Any:
    """As the owner, in the service's schema, with time for large statements."""
    settings = {"search_path": "institution,public", "jit": "off"}
    return await asyncpg.connect(dsn, server_settings=settings, command_timeout=7200)


async def sizes(connection: Any) -> dict[str, float]:
    """Rows, and MiB of the table, its indexes, and of the gram index that lists of exam bodies use."""
    names = ("institution_suffix", *SEARCH_INDEXES, _GRAM_INDEX)
    figures = {
        f"{name}_mib": await connection.fetchval("SELECT pg_relation_size($1::regclass)", name) for name in names
    }
    figures = {name: round(size / 2**20, 1) for name, size in figures.items()}
    return figures | {"suffix_rows": await connection.fetchval("SELECT count(*) FROM institution_suffix")}


async def insert_cost(connection: Any, count: int) -> dict[str, float]:
    """Milliseconds of an institution that is issued, with and without the triggers, by turns; undone afterwards."""
    library = InventedLibrary(1, seed=99)
    body = await connection.fetchval("SELECT id FROM exam_body")
    code = await connection.fetchval("SELECT max(code) FROM division WHERE level = 'county'")
    seconds = {"origin": 0.0, "replica": 0.0}
    rows = [_row(Invented(f"测速{one.name}", code, None, "active"), body) for one in library.institutions(2 * count)]
    places = ", ".join(f"${number + 1}" for number in range(len(_COLUMNS)))
    statement = f"INSERT INTO institution ({', '.join(_COLUMNS)}) VALUES ({places})"  # allow built-sql: our columns
    for number, row in enumerate(rows):
        role = "origin" if number % 2 else "replica"
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"SET LOCAL session_replication_role = {role}")  # allow built-sql: two words
        began = time.perf_counter()
        await connection.execute(statement, *row)
        seconds[role] += time.perf_counter() - began
        await transaction.rollback()
    with_it, without = seconds["origin"] / count * 1000, seconds["replica"] / count * 1000
    return {
        "insert_ms": round(with_it, 2),
        "insert_without_index_ms": round(without, 2),
        "insert_ratio": round(with_it / without, 2),
    }


async def _copy(connection: Any, library: InventedLibrary, count: int, *, with_suffixes: bool) -> range:
    body, now = new_id(), datetime.now(SHANGHAI)
    await connection.copy_records_to_table(
        "division",
        columns=("code", "name", "level", "parent_code", "current", "statistical"),
        records=[(*division, True, False) for division in library.divisions],
    )
    await connection.execute(_INSERT_BODY, body, now)
    areas = {code: list(names) for code, names in await connection.fetch(_SELECT_AREAS)}
    readings = {
        letter: said.split() for letter, said in await connection.fetch("SELECT letter, readings FROM han_reading")
    }
    rows: list[tuple[Any, ...]] = []
    aliases: list[tuple[Any, ...]] = []
    suffixes: list[str] = []
    for number, invented in enumerate(library.institutions(count), start=1):
        rows.append(row := _row(invented, body))
        if invented.alias:
            aliases.append((new_id(), row[0], "alias", invented.alias, name_key(invented.alias), now))
        if with_suffixes:
            suffixes += copied_rows(number, invented, areas[invented.code], readings)
        if len(rows) == _CHUNK or number == count:
            await connection.copy_records_to_table("institution", columns=_COLUMNS, records=rows)
            await connection.copy_to_table("institution_suffix", source=io.BytesIO("".join(suffixes).encode()))
            rows.clear()
            suffixes.clear()
    await connection.copy_records_to_table("institution_alias", columns=_ALIAS_COLUMNS, records=aliases)
    return range(1, count + 1)


def _row(invented: Invented, body: Any) -> tuple[Any, ...]:
    now = datetime.now(SHANGHAI)
    name = invented.name
    return (
        new_id(),
        1,
        invented.state,
        "issued",
        name,
        name_key(name),
        invented.code,
        "clinic",
        body,
        [body],
        *(now,) * 3,
    )


async def _without_indexes(connection: Any) -> list[str]:
    definitions = []
    for name in (*SEARCH_INDEXES, _GRAM_INDEX):
        definitions.append(await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", name))
        await connection.execute(f"DROP INDEX {name}")  # allow built-sql: names of our indexes
    return definitions
