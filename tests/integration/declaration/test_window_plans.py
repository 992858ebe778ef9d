"""The statements of windows are planned once, and never by reading a table whole, however small it was at the time."""

from typing import Any, Final

import asyncpg
import orjson
import pytest

from services.declaration.storage import status, status_calls, submissions
from shared.postgres.database import Database
from shared.postgres.window import Origin
from tests.support.engines import Engines

_GROWING: Final = {"status_call", "declaration", "known_person", "known_person_document", "declaration_document"}
_STATEMENTS: Final = (
    (status._SELECT_CASES, 10),
    (status_calls._SELECT_ARRIVALS, 1),
    (submissions._SELECT_TO_SUBMIT, 2),
)


async def whole_reads(reader: Any, statement: str, parameters: int) -> set[str]:
    """The growing tables that a plan reads from end to end."""
    await reader.execute(f"PREPARE asked AS {statement}")  # allow built-sql: our own statements
    nothing = ", ".join(["NULL"] * parameters)
    text = await reader.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked ({nothing})")  # allow built-sql: as above
    await reader.execute("DEALLOCATE asked")
    return _scanned(orjson.loads(text)[0]["Plan"]) & _GROWING


def _scanned(node: dict[str, Any]) -> set[str]:
    here = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return here.union(*(_scanned(part) for part in node.get("Plans", ())))


@pytest.mark.requirement("C5", "A37")
async def test_a_window_reads_by_key_what_was_empty_when_it_was_planned(engines: Engines) -> None:
    """On a new database whose tables were counted while they were empty."""
    async with engines.database("declaration") as name:
        settings = engines.settings("declaration", name).postgres
        database = await Database.connect(settings, "test.windows")
        await _count_empty_tables(engines, name)
        async with database.window([Origin("a window", None)]) as window:
            connection: Any = window._connection
            assert await connection.fetchval("SHOW plan_cache_mode") == "force_generic_plan"
            for statement, parameters in _STATEMENTS:
                assert await whole_reads(connection, statement, parameters) == set(), statement
        # The control: ordinary reads take an empty table for one that is read whole.
        async with database.transaction() as tx:
            ordinary: Any = tx._connection
            assert await ordinary.fetchval("SHOW plan_cache_mode") == "auto"
            found = [await whole_reads(ordinary, *one) for one in _STATEMENTS]
        assert set().union(*found)
        await database.close()


async def _count_empty_tables(engines: Engines, name: str) -> None:
    owner = await asyncpg.connect(engines.stack.around.dsn("declaration_migrator", name))
    await owner.execute("SET search_path TO declaration")
    for table in sorted(_GROWING):
        await owner.execute(f"ANALYZE {table}")  # allow built-sql: our own names
    await owner.close()
