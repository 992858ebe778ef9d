"""Objects and the rows that name them: an object that no row names is removed after a day, a row whose object is gone
raises the alarm. Which columns name objects, the register of personal data says (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.audit.anchor_store import PREFIX as ANCHORS
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.postgres.transaction import Reader
from shared.privacy.registry import Column, Register
from shared.reconciling.findings import note
from shared.reconciling.positions import select_position, upsert_position
from shared.telemetry.metrics import REPAIRED

_SEE: Final = """
INSERT INTO unclaimed_object (object_key, seen_at) SELECT k, $2 FROM unnest($1::text[]) AS k ON CONFLICT DO NOTHING
"""
_FORGET: Final = "DELETE FROM unclaimed_object WHERE object_key = ANY($1::text[])"
_OLD: Final = "SELECT object_key FROM unclaimed_object WHERE seen_at <= $1 ORDER BY seen_at LIMIT $2"


@dataclass(frozen=True, slots=True)
class Sweep:
    """One service's bucket and the columns that name its objects. Pages go round: each run takes the next one."""

    database: Database
    bucket: Bucket
    register: Register
    grace: timedelta
    keys: int = 1000
    """Objects of one page."""
    rows: int = 200
    """Rows of one page and column."""
    removals: int = 100
    """Orphans removed at once."""

    async def run_page(self, now: datetime) -> None:
        """The next page of the bucket and of each column, and the orphans that are old enough."""
        await self._see_orphans(now)
        await self._remove_orphans(now)
        for column in self._columns():
            await self._miss_objects(column)

    async def run_whole(self, now: datetime) -> None:
        """All pages, from wherever the last run stopped round to the end."""
        while await self._see_orphans(now):
            pass
        while await self._remove_orphans(now):
            pass
        for column in self._columns():
            while await self._miss_objects(column):
                pass

    def _columns(self) -> list[Column]:
        return [column for column, _ in self.register.objects()]

    async def _see_orphans(self, now: datetime) -> bool:
        """Whether pages follow."""
        name = "objects"
        async with self.database.read() as reader:
            after = await select_position(reader, name, "")
        keys = await self.bucket.list_page(after, self.keys)
        # Anchors of the audit chain must outlive their rows: they are there for the day on which those are rolled back.
        swept = [key for key in keys if not key.startswith(f"{ANCHORS}/")]
        async with self.database.transaction() as tx:
            claimed = await self._claimed(tx, swept)
            await tx.execute(_SEE, [key for key in swept if key not in claimed], now)
            await tx.execute(_FORGET, list(claimed))
            await upsert_position(tx, name, keys[-1] if len(keys) == self.keys else "")
        return len(keys) == self.keys

    async def _remove_orphans(self, now: datetime) -> bool:
        """Whether more are due. Asked again just before: an upload that was slow to commit has its row by now."""
        async with self.database.read() as reader:
            old = [row["object_key"] for row in await reader.fetch(_OLD, now - self.grace, self.removals)]
            claimed = await self._claimed(reader, old)
        orphans = [key for key in old if key not in claimed]
        for key in orphans:
            await self.bucket.delete(key)
        async with self.database.transaction() as tx:
            await tx.execute(_FORGET, old)
            await note(tx, "orphan_object", "bucket", len(orphans))
        REPAIRED.labels("orphan_object").inc(len(orphans))
        return len(old) == self.removals

    async def _claimed(self, reader: Reader, keys: Sequence[str]) -> set[str]:
        claimed: set[str] = set()
        for column in self._columns():
            # allow built-sql: names of the committed register
            claims = f"SELECT {column.name} AS key FROM {column.table} WHERE {column.name} = ANY($1::text[])"
            claimed.update(row["key"] for row in await reader.fetch(claims, list(keys)))
        return claimed

    async def _miss_objects(self, column: Column) -> bool:
        """Whether pages follow. The position holds how many are missing in this round, and the last key looked at."""
        how = column.said.object
        living = f"{column.name} > $1" + (f" AND {how.unless} IS NULL" if how and how.unless else "")
        # allow built-sql: names of the committed register
        page = f"SELECT {column.name} AS key FROM {column.table} WHERE {living} ORDER BY {column.name} LIMIT $2"
        # allow built-sql: names of the committed register
        still = f"SELECT EXISTS (SELECT FROM {column.table} WHERE {living.replace('>', '=')})"
        async with self.database.read() as reader:
            found, _, after = (await select_position(reader, str(column), "0 ")).partition(" ")
            keys = [row["key"] for row in await reader.fetch(page, after, self.rows)]
        missing = int(found)
        for key in keys:
            if not await self.bucket.exists(key):
                async with self.database.read() as reader:
                    missing += bool(await reader.fetchval(still, key))
        last = len(keys) < self.rows
        async with self.database.transaction() as tx:
            if missing or last:
                await note(tx, "missing_object", str(column), missing)
            await upsert_position(tx, str(column), "0 " if last else f"{missing} {keys[-1]}")
        return not last
