"""The audit chain: in the caller's transaction, insert-only for the service's role, gapless per lane."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
import pytest
import pytest_asyncio

from shared import audit
from shared.actor import SYSTEM
from shared.audit.chain import read_heads, walk
from shared.audit.findings import Finding
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.postgres.database import Database
from tests.support.engines import Engines

AT = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)


@pytest_asyncio.fixture(loop_scope="session")
async def database(engines: Engines) -> AsyncIterator[Database]:
    """A fresh schema with the service's own role."""
    async with engines.database("notification") as name:
        opened = await Database.connect(engines.settings("notification", name).postgres, "test.audit")
        yield opened
        await opened.close()


async def _record(database: Database, entries: int) -> None:
    async with database.transaction() as tx:
        for number in range(entries):
            audit.record(
                tx, "thing.change", actor=SYSTEM, subject_kind="thing", subject_id=new_id(), at=AT, count=number
            )


async def _broken(database: Database) -> list[Finding]:
    heads = await read_heads(database)
    return [*heads.findings, *(await walk(database, heads)).findings]


@pytest.mark.requirement("V62", "V64")
async def test_parallel_transactions_keep_every_lane_gapless(database: Database) -> None:
    """Two hundred transactions over ten connections: all entries chained, none missing."""
    await asyncio.gather(*(_record(database, 3) for _ in range(200)))
    async with database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM audit_entry") == 600
    assert await _broken(database) == []


@pytest.mark.requirement("V64")
async def test_a_rolled_back_transaction_leaves_no_entry_and_no_gap(database: Database) -> None:
    """The entry commits with the state, or not at all."""

    async def fail() -> None:
        async with database.transaction() as tx:
            audit.record(tx, "x", actor=SYSTEM, subject_kind="thing", subject_id=new_id(), at=AT)
            await tx.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await _record(database, 1)
    assert await _broken(database) == []


@pytest.mark.requirement("V61")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET entry = '{}'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry VALUES (0, 1, gen_random_uuid(), 'x', '{}', '')",
        "UPDATE audit_chain SET sequence = 0",
        "DROP TABLE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    ],
)
async def test_the_services_role_can_only_append(database: Database, statement: str) -> None:
    """Everything but audit_append is refused to the role the service works with."""
    await _record(database, 1)
    async with database.read() as reader:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.fetch(statement)
