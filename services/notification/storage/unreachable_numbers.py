"""Numbers that take no texts, as keyed hashes: nobody's business notices go there until another number is given, or a
code that its holder asked for arrives, or a notice that staff sent again."""

from datetime import datetime
from typing import Final

from services.notification.domain.receipt import Reason
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

_INSERT: Final = """
INSERT INTO unreachable_number (number_index, reason, noted_at)
SELECT $1, $3, $4 WHERE NOT EXISTS (SELECT FROM unreachable_number WHERE number_index = ANY($2::bytea[]))
ON CONFLICT (number_index) DO NOTHING
"""
_SELECT: Final = "SELECT EXISTS (SELECT FROM unreachable_number WHERE number_index = ANY($1::bytea[]))"
_DELETE: Final = "DELETE FROM unreachable_number WHERE number_index = ANY($1::bytea[])"
_DELETE_OLD: Final = "DELETE FROM unreachable_number WHERE noted_at < $1"


async def insert_unreachable(tx: Transaction, number: BlindIndex, reason: Reason, now: datetime) -> bool:
    """Note that a number takes no texts; whether that is news."""
    return await tx.execute(_INSERT, bytes(number), number.known, reason, now) == 1


async def select_is_unreachable(reader: Reader, number: BlindIndex) -> bool:
    """Whether a number is known to take no texts."""
    return bool(await reader.fetchval(_SELECT, number.known))


async def delete_unreachable(tx: Transaction, number: BlindIndex) -> int:
    """A text arrived there: it takes texts again; how many rows that was news to."""
    return await tx.execute(_DELETE, number.known)


async def delete_noted_before(tx: Transaction, before: datetime) -> int:
    """Try numbers again that were noted before a moment: carriers give them to other people; how many."""
    return await tx.execute(_DELETE_OLD, before)
