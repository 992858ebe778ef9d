"""An earlier unit's queue reads what that unit was asked, however many rows others have (4.5, Q5)."""

from typing import Any, Final

import asyncpg
import orjson
import pytest

from services.declaration.storage import asked_rows
from tests.integration.declaration.silent_units import listed, waiting
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

_INDEX: Final = "ix__prior_confirmation__asked_institution_id_asked_at"
_MANY: Final = """
INSERT INTO declaration.prior_confirmation (declaration_id, period_id, fingerprint, state)
SELECT declaration_id, gen_random_uuid(), fingerprint, 'pending'
FROM declaration.prior_confirmation, generate_series(1, 20000)
"""


async def reads(owner: Any, is_open: bool | None, mode: str) -> set[str]:
    """The ways a plan takes into the rows: an index by its name, or a table read whole."""
    await owner.execute(f"SET plan_cache_mode = {mode}")  # allow built-sql: our own words
    await owner.execute(f"PREPARE asked AS {asked_rows._SELECT_PAGE}")  # allow built-sql: our own statement
    values = f"gen_random_uuid(), {'NULL' if is_open is None else is_open}, NULL, NULL, 21, now()"
    text = await owner.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked ({values})")  # allow built-sql: as above
    await owner.execute("DEALLOCATE asked")
    return _ways(orjson.loads(text)[0]["Plan"])


def _ways(node: dict[str, Any]) -> set[str]:
    here = {node.get("Index Name", node["Node Type"])} if node.get("Relation Name") == "prior_confirmation" else set()
    return here.union(*(_ways(part) for part in node.get("Plans", ())))


@pytest.mark.requirement("A32")
async def test_the_queue_of_an_earlier_unit_is_read_by_index(engines: Engines, serve: Serve) -> None:
    """Among twenty thousand rows that nobody was asked about, with every filter, planned once or for each look. The
    control: without the index all of them are read."""
    one = await waiting(serve)
    owner: Any = await asyncpg.connect(
        engines.stack.around.dsn("declaration_migrator", one.season.service.database_name)
    )
    await owner.execute("SET search_path TO declaration")
    await owner.execute(_MANY)
    await owner.execute("ANALYZE prior_confirmation")
    for mode in ("force_generic_plan", "force_custom_plan"):
        for is_open in (True, False, None):
            assert await reads(owner, is_open, mode) == {_INDEX}, (mode, is_open)
    assert len(await listed(one, open=True)) == 1
    changing = owner.transaction()
    await changing.start()
    await owner.execute(f"DROP INDEX {_INDEX}")  # allow built-sql: our own name
    assert await reads(owner, True, "force_custom_plan") == {"Seq Scan"}
    await changing.rollback()
    await owner.close()
