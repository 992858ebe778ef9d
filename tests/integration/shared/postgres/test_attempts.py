"""Parts of a transaction that fail by themselves: what they wrote and collected is undone, the rest commits."""

from uuid import UUID

import asyncpg
import pytest

from shared import audit
from shared.actor import SYSTEM
from shared.clock import EPOCH
from shared.ids import new_id
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from tests.support.service_under_test import Serve

_WRITE = "INSERT INTO inbox (message_id, consumer, type) VALUES ($1, 'attempts', 'attempts')"


async def _left(database: Database) -> tuple[int, int]:
    async with database.read() as reader:
        rows = await reader.fetchval("SELECT count(*) FROM inbox WHERE consumer = 'attempts'")
        entries = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'attempts.try'")
    return rows, entries


async def _part(tx: Transaction, key: UUID) -> None:
    """Records and writes, and writes once more under a key."""
    audit.record(tx, "attempts.try", actor=SYSTEM, subject_kind="attempt", subject_id=key, at=EPOCH)
    await tx.execute(_WRITE, new_id())
    await tx.execute(_WRITE, key)


async def test_what_a_failed_part_did_is_undone_and_the_rest_commits(serve: Serve) -> None:
    """Of three parts the second breaks a key after it wrote and recorded: the others stand, with their entries."""
    database, taken = (await serve("notification")).database, new_id()
    async with database.transaction() as tx:
        for key, fails in ((taken, False), (taken, True), (new_id(), False)):
            try:
                async with tx.attempt():
                    await _part(tx, key)
            except asyncpg.UniqueViolationError:
                assert fails
    assert await _left(database) == (4, 2)


async def test_without_the_attempt_the_whole_transaction_is_lost(serve: Serve) -> None:
    """Negative control: the same failure outside an attempt breaks the transaction, and nothing stands."""
    database, taken = (await serve("notification")).database, new_id()

    async def careless() -> None:
        async with database.transaction() as tx:
            for key in (taken, taken, new_id()):
                try:
                    await _part(tx, key)
                except asyncpg.UniqueViolationError:
                    continue

    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await careless()
    assert await _left(database) == (0, 0)
