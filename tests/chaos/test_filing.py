"""kill -9 in the middle of accepting a list: everybody on it is filed or nobody, and people are conserved."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from tests.chaos.invariants import broken, check, settled, unbalanced
from tests.chaos.saga import History, Saga

# Paper is not what is tested here: the list as if it were printed, sealed, scanned and confirmed.
_ON_PAPER = """
UPDATE declaration.qualified_list SET state = 'sealed_uploaded', pdf_key = 'k', page_count = 1, scan_sha256 = 'b',
    scan_uploaded_at = now() WHERE id = $1
"""


async def _qualified(saga: Saga, count: int) -> UUID:
    """The unit of people who are approved and evaluated as qualified."""
    drafts, history = await saga.take_of_one_unit(count), History()
    await saga.submit(drafts, history)
    await settled(saga)
    await saga.approve(drafts, history)
    return await saga.evaluate(drafts)


@pytest.mark.requirement("B13", "M3")
@pytest.mark.parametrize("failpoint", ["filing.after_filed", "command.before_commit", "command.after_commit"])
async def test_an_acceptance_that_is_killed_files_all_or_nobody(saga: Saga, failpoint: str) -> None:
    """The process dies in the acceptance; repeated, it has filed everybody once, and lists, declarations and answers
    agree before and after."""
    unit = await _qualified(saga, 6)
    handed = await saga.hand_in(unit, _ON_PAPER)
    connection = await asyncpg.connect(saga.admin_dsn)
    try:
        part = await saga.with_failpoint("declaration", "api", f"{failpoint}:kill")
        accepting = asyncio.create_task(saga.accept(unit, handed))
        await saga.must_die(part)
        assert await unbalanced(connection) == []
        await saga.revive("declaration", "api")
        await accepting
        assert await unbalanced(connection) == []
        filed = await connection.fetchval(
            "SELECT count(*) FROM declaration.declaration d JOIN declaration.list_line n ON n.declaration_id = d.id "
            "WHERE n.list_id = $1 AND n.live AND d.state = 'filed'",
            handed,
        )
        assert filed == 6
    finally:
        await connection.close()
    await settled(saga)
    await check(saga, History(), "approval")


async def test_control_a_line_lost_after_the_acceptance_is_seen(saga: Saga) -> None:
    """Control for the oracle: with one line taken away past all rules, conservation is broken; put back, it is not."""
    unit = await _qualified(saga, 2)
    handed = await saga.hand_in(unit, _ON_PAPER)
    await saga.accept(unit, handed)
    connection = await asyncpg.connect(saga.admin_dsn)
    try:
        change = "UPDATE declaration.list_line SET live = $2 WHERE list_id = $1 AND line = 1"
        await connection.execute(change, handed, False)
        faults = await broken(saga, History(), "approval")
        assert "1 x a filed person without exactly one accepted line" in faults
        await connection.execute(change, handed, True)
        assert await unbalanced(connection) == []
    finally:
        await connection.close()
    await settled(saga)
