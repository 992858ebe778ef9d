"""Rows of `orphan_object`: objects in the bucket that no document pointed to when they were last looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.postgres.transaction import Reader, Transaction

_INSERT: Final = """
INSERT INTO orphan_object (object_key, seen_at)
SELECT k.object_key, $2 FROM unnest($1::text[]) AS k (object_key)
WHERE NOT EXISTS (SELECT FROM declaration_document d WHERE d.object_key = k.object_key)
ON CONFLICT (object_key) DO NOTHING
"""
# An upload that was slow to commit has its row by now.
_DELETE_ADOPTED: Final = """
DELETE FROM orphan_object o USING declaration_document d WHERE d.object_key = o.object_key
"""
_SELECT_OLD: Final = "SELECT object_key FROM orphan_object WHERE seen_at < $1 ORDER BY seen_at LIMIT $2"
_DELETE: Final = "DELETE FROM orphan_object WHERE object_key = $1"


async def insert(tx: Transaction, keys: Sequence[str], at: datetime) -> int:
    """Remember those of the keys that no document points to; how many are new."""
    return await tx.execute(_INSERT, list(keys), at)


async def delete_adopted(tx: Transaction) -> None:
    """Forget those that a document points to after all."""
    await tx.execute(_DELETE_ADOPTED)


async def select_old(reader: Reader, before: datetime, limit: int) -> list[str]:
    """Keys that were orphans already at that moment."""
    return [row["object_key"] for row in await reader.fetch(_SELECT_OLD, before, limit)]


async def delete(tx: Transaction, key: str) -> None:
    """The object is gone."""
    await tx.execute(_DELETE, key)
