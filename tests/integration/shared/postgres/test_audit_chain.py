"""The audit chain: in the caller's transaction, insert-only for the service's role, gapless per lane."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
import pytest
import pytest_asyncio

from shared import audit
from shared.actor import SYSTEM
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


async def _broken(database: Database) -> list[tuple[int, int]]:
    """(lane, sequence) of every entry whose digest or number does not follow from its predecessor."""
    async with database.read() as reader:
        rows = await reader.fetch("SELECT lane, sequence, entry, digest FROM audit_entry ORDER BY lane, sequence")
        heads = {r["lane"]: r for r in await reader.fetch("SELECT lane, sequence, digest FROM audit_chain")}
    wrong, last = [], {lane: (0, hashlib.sha256(f"tiro audit lane {lane}".encode()).digest()) for lane in heads}
    for row in rows:
        number, digest = last[row["lane"]]
        expected = hashlib.sha256(digest + (number + 1).to_bytes(8, "big") + row["entry"].encode()).digest()
        if (row["sequence"], row["digest"]) != (number + 1, expected):
            wrong.append((row["lane"], row["sequence"]))
        last[row["lane"]] = (row["sequence"], row["digest"])
    wrong += [(lane, 0) for lane, head in heads.items() if last[lane] != (head["sequence"], head["digest"])]
    return wrong


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


@pytest.mark.requirement("V62")
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE notification.audit_entry SET entry = replace(entry, 'thing', 'thinG') WHERE sequence = 2",
        "DELETE FROM notification.audit_entry WHERE sequence = 2",
        "DELETE FROM notification.audit_entry WHERE sequence = 3",
        "UPDATE notification.audit_entry SET sequence = sequence + 10 WHERE sequence = 3",
    ],
    ids=["edit", "delete", "cut the tail", "renumber"],
)
async def test_tampering_by_the_owner_is_found(engines: Engines, database: Database, tampering: str) -> None:
    """Control for the chain: even the administrator's change shows."""
    await _record(database, 3)
    async with database.read() as reader:
        name = await reader.fetchval("SELECT current_database()")
    admin = await asyncpg.connect(engines.stack.admin_dsn.rsplit("/", 1)[0] + f"/{name}")
    assert await _broken(database) == []
    await admin.execute(tampering)
    await admin.close()
    assert await _broken(database) != []
