"""Two real services: one whose audit chain is watched, and the one that keeps its anchors; with what an owner of the
schema can do to the first."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio
from pydantic import SecretStr

from shared import audit
from shared.actor import SYSTEM
from shared.audit import anchor_store
from shared.audit.anchoring import AuditChain, anchor_chain
from shared.audit.anchors import Head
from shared.audit.chain import read_heads
from shared.audit.findings import Finding
from shared.audit.verifying import Kept, Verdict, verify_chain
from shared.clock import SHANGHAI, FrozenClock
from shared.contracts.institution import InstitutionAuditAnchored
from shared.ids import new_id
from shared.postgres.database import Database
from shared.process.audit_commands import chain_of
from shared.settings import PostgresSettings
from tests.support.backups import dump_database, restored
from tests.support.engines import Engines
from tests.support.service_under_test import ServiceUnderTest, serving

AT = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)
INTERVAL = timedelta(minutes=10)
_LANES = 8


@dataclass
class Watched:
    """Institution's chain, and notification as its keeper."""

    engines: Engines
    service: ServiceUnderTest
    keeper: ServiceUnderTest
    clock: FrozenClock
    chain: AuditChain
    copy: str | None = None
    """The name of the database, where it is not the service's own."""

    async def record(self, transactions: int = 24) -> None:
        """That many transactions of one entry, over several connections and so over several lanes."""

        async def some() -> None:
            for _ in range(transactions // _LANES):
                await record(self.chain.database, at=self.clock.now())

        await asyncio.gather(*(some() for _ in range(_LANES)))

    async def anchor(self) -> list[Finding]:
        """One run of the job, ten minutes later what it published is with the keeper."""
        found = await anchor_chain(self.chain, self.clock.now())
        self.clock.advance(INTERVAL)
        for event in await self.published():
            await self.keeper.deliver(event)
        return found

    async def published(self) -> list[InstitutionAuditAnchored]:
        """The anchors in the chain's own outbox."""
        async with self.chain.database.read() as reader:
            rows = await reader.fetch(
                "SELECT body FROM outbox WHERE type = $1 ORDER BY position", InstitutionAuditAnchored.TYPE
            )
        return [InstitutionAuditAnchored.model_validate_json(row["body"]) for row in rows]

    async def history(self, anchors: int) -> None:
        """Entries and an anchor, so many times."""
        for _ in range(anchors):
            await self.record()
            assert await self.anchor() == []

    async def kept(self) -> list[Kept]:
        """The keeper's copies."""
        async with self.keeper.database.read() as reader:
            page = await anchor_store.select_page(reader, "institution", (0, b""), 1000)
        return [Kept(number, signed) for number, signed, _ in page]

    async def verified(self, *, with_keeper: bool = True) -> Verdict:
        """A full verification, long after the last anchor."""
        self.clock.advance(2 * INTERVAL)
        kept = await self.kept() if with_keeper else None
        return await verify_chain(self.chain, self.clock.now(), 2 * INTERVAL, kept)

    async def longest_lane(self) -> Head:
        """The head of the lane with the most entries."""
        return max((await read_heads(self.chain.database)).in_order, key=lambda head: head.sequence)

    async def object_key(self, number: int) -> str:
        """Where an anchor lies in the bucket."""
        return next(s.key for s in await anchor_store.list_objects(self.chain.bucket) if s.number == number)

    async def forget_anchors(self) -> None:
        """Empty the bucket of anchors."""
        for stored in await anchor_store.list_objects(self.chain.bucket):
            await self.chain.bucket.delete(stored.key)

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Any]:
        """A connection of the schema's owner: stronger than anything the service has."""
        dsn = self.engines.stack.around.dsn("institution_migrator", self.copy or self.service.database_name)
        connection = await asyncpg.connect(dsn)
        try:
            yield connection
        finally:
            await connection.close()

    async def cut_tail(self, head: Head, entries: int) -> None:
        """Take the last entries of a lane away, and set its head back as if they had never been."""
        async with self.owner() as owner, owner.transaction():
            await owner.execute(
                "DELETE FROM audit_entry WHERE lane = $1 AND sequence > $2", head.lane, head.sequence - entries
            )
            await owner.execute(
                "UPDATE audit_chain c SET (sequence, digest) = (SELECT sequence, digest FROM audit_entry e "
                "WHERE e.lane = c.lane ORDER BY sequence DESC LIMIT 1) WHERE lane = $1",
                head.lane,
            )

    async def rewrite(self, lane: int, first: int) -> None:
        """Change an entry, and every digest after it, and the head: a chain that is whole in itself."""
        async with self.owner() as owner, owner.transaction():
            rows = await owner.fetch(
                "SELECT sequence, entry, digest FROM audit_entry WHERE lane = $1 AND sequence >= $2 - 1 ORDER BY 1",
                lane,
                first,
            )
            digest = rows[0]["digest"]
            for row in rows[1:]:
                entry = row["entry"]
                if row["sequence"] == first:
                    entry = entry.replace('"reason":null', '"reason":"another"')
                digest = hashlib.sha256(digest + row["sequence"].to_bytes(8, "big") + entry.encode()).digest()
                await owner.execute(
                    "UPDATE audit_entry SET entry = $3, digest = $4 WHERE lane = $1 AND sequence = $2",
                    lane,
                    row["sequence"],
                    entry,
                    digest,
                )
            await owner.execute("UPDATE audit_chain SET digest = $2 WHERE lane = $1", lane, digest)

    @asynccontextmanager
    async def rolled_back_to(self, dump: Path) -> AsyncIterator["Watched"]:
        """The same service on a database restored from a dump."""
        around, name = self.engines.stack.around, f"{self.service.database_name}_restored"
        async with restored(around.admin_dsn(), dump, name):
            dsn = around.dsn("institution", name)
            database = await Database.connect(PostgresSettings(dsn=SecretStr(dsn)), "test.restored")
            try:
                yield replace(self, chain=replace(self.chain, database=database), copy=name)
            finally:
                await database.close()

    async def dump(self, folder: Path) -> Path:
        """A backup of the whole database, as operators take it."""
        return await dump_database(self.engines.stack.around.admin_dsn(), self.service.database_name, folder)


async def record(database: Database, entries: int = 1, at: datetime = AT) -> None:
    """One transaction with so many audit entries of that time."""
    async with database.transaction() as tx:
        for number in range(entries):
            audit.record(
                tx, "thing.change", actor=SYSTEM, subject_kind="thing", subject_id=new_id(), at=at, count=number
            )


def kinds(findings: Sequence[Finding]) -> set[str]:
    """What was found, without the places."""
    return {found.kind for found in findings}


@pytest_asyncio.fixture(loop_scope="session")
async def watched(engines: Engines) -> AsyncIterator[Watched]:
    """Fresh databases, no anchors in the bucket, the clock at nine in the morning."""
    clock = FrozenClock(AT)
    async with serving(engines, "institution", clock) as service, serving(engines, "notification", clock) as keeper:
        found = Watched(engines, service, keeper, clock, chain_of(service.definition, service.foundation))
        await found.forget_anchors()
        yield found
        await found.forget_anchors()
