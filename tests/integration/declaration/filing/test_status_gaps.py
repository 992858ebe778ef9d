"""What a client that follows the changes must not miss: institutions that move while a record is written, people who
change the channel; and a cursor of another cluster (4.10, ADR 0042)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.web.cursors import encode_cursor
from tests.integration.declaration.filing.rows import INSERT_DECLARATION
from tests.integration.declaration.filing.test_status_lists import listed
from tests.integration.declaration.filing.year import YEAR, Year, exam_year
from tests.integration.declaration.risk.test_plans import owner
from tests.support.engines import Engines
from tests.support.service_under_test import Caller, Serve
from tests.support.waiting import wait_until

_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_MOVE = "UPDATE known_institution SET filing_body_path = $2, version = version + 1 WHERE institution_id = $1"
_APPROVE = "UPDATE declaration SET state = 'approved', version = version + 1 WHERE id = $1"
_DEFINITION = "SELECT pg_get_functiondef($1::text::regproc)"


async def unlocked(engines: Engines, year: Year, function: str = "status_bodies") -> None:
    """The protection off: a trigger's function reads without waiting for anybody."""
    async with owner(engines, year.service.database_name) as connection:
        text = await connection.fetchval(_DEFINITION, function)
        assert "FOR SHARE" in text
        await connection.execute(text.replace("FOR SHARE", "").replace("pg_advisory_xact_lock_shared", "abs"))


async def settled_or_waiting(year: Year, task: asyncio.Task[Any]) -> None:
    """Until somebody's statement is done, or waits for a lock."""

    async def reached() -> bool:
        async with year.service.database.read() as reader:
            return task.done() or bool(await reader.fetchval(_WAITING))

    await wait_until(reached, what="the other one is done or waits")


def at_other_site(year: Year) -> Caller:
    """The client of the body that the institution moves to."""
    return year.service.caller("national_network_client", scope_id=year.other_site_id)


async def declared_uncommitted(year: Year, tx: Transaction, institution_id: UUID) -> str:
    """A draft that begins in an open transaction; its id."""
    someone = await year.person()
    values = (someone.id, f"D{YEAR}-9", someone.person_id, year.cycle_id, YEAR, institution_id, "draft", False)
    await tx.execute(INSERT_DECLARATION, *values, year.clock.now())
    return str(someone.id)


@pytest.mark.requirement("M3")
async def test_a_cursor_that_no_page_gave_is_refused(serve: Serve) -> None:
    """A place beyond what is settled here, as after the data moved to another cluster, is refused with what to do; it
    would skip everything until then."""
    year = await exam_year(serve)
    await year.declare("filed")
    for place in ((10**12, 0), (2**63, 0), (-1, 0), (0, -1), (0, 2**64 - 1)):
        refused = await listed(year.network(), "status-changes", f"cursor={encode_cursor(*place)}")
        assert (refused.status, refused.code) == (422, "cursor_invalid"), place


@pytest.mark.requirement("C5")
async def test_a_new_institution_and_a_version_read_no_whole_table(serve: Serve, engines: Engines) -> None:
    """The declarations of an institution, and all evaluations of a declaration, are found by index."""
    year = await exam_year(serve)
    await year.many(3)
    async with owner(engines, year.service.database_name) as connection:
        await connection.execute(_MANY)
        await connection.execute("ANALYZE declaration")
        await connection.execute("ANALYZE evaluation")
        for statement in (
            "SELECT d.id FROM declaration d WHERE d.institution_id = $1",
            "SELECT sum(v.version) FROM evaluation v WHERE v.declaration_id = $1",
        ):
            plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", new_id())
            assert "Seq Scan" not in plan, plan
        # The control: a condition without an index is seen to read everything.
        control = "EXPLAIN (FORMAT JSON) SELECT id FROM declaration WHERE probation_months = 14"
        assert "Seq Scan" in await connection.fetchval(control)


_MANY = """
WITH more AS (
    INSERT INTO declaration (id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state,
        version, exam_level, exam_category_code, route, origin, probation_months, submission, catalogue_version,
        created_at, updated_at, submitted_at)
    SELECT gen_random_uuid(), 'P' || n, gen_random_uuid(), c.id, 2027, gen_random_uuid(), '虚构医院', 'approved', 1,
        'licensed_physician', '110', 'prescribed_education', 'candidate_declaration', 14, 1, 900, now(), now(), now()
    FROM cycle c, generate_series(1, 3000) n RETURNING id, person_id, institution_id, cycle_id
)
INSERT INTO evaluation (id, declaration_id, submission, person_id, institution_id, cycle_id, state, version,
    months_counted, updated_at)
SELECT gen_random_uuid(), id, 1, person_id, institution_id, cycle_id, 'voided', 2, 14, now() FROM more
"""
