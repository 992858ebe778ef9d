"""Two sets of ids compared by ranges: equal ones cost a few digests, unequal ones the ids of a range (M11).

The producer cuts its ids into ranges, the consumer counts its own in the same ranges. Ids begin with the time they were
made, so a range is the time that shares their first digits: one pass and no sorting. A range with too many ids to name
is cut again, evenly. A digest is the exclusive or of the last 48 bits, which are random in every id of ours; text
functions make it, so that servers of different versions agree."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.reconciling import IdRange
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring

LAST: Final = UUID(int=(1 << 128) - 1)
NAMEABLE: Final = 2000
"""So many ids one question may name; a larger range is cut first."""
DIGEST: Final = "bit_xor(('x' || right(id::text, 12))::bit(48)::bigint)"

_DIGITS: Final = 5
"""Of things: five hexadecimal digits are three days."""
_EVEN: Final = 500

Retell = Callable[[Transaction, Sequence[UUID], Keyring, datetime], Awaitable[Sequence[Event]]]
"""async def retell_<things>(tx, ids, keyring, now): the things as events that say how they are now."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A kind of thing that this service tells. `ids` selects as `id` those that were told, `event` is the type under
    which they are listed, `retell` makes events of them again."""

    event: type[Event]
    ids: str
    retell: Retell


@dataclass(frozen=True, slots=True)
class Projection:
    """A table learned from a neighbour's events: `ids` selects as `id` the things that are known."""

    event: type[Event]
    ids: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A range that differs; `lacking` is how many ids fewer are here, zero when there are as many or more."""

    lower: UUID
    upper: UUID
    lacking: int


def windows_statement(ids: str) -> str:
    """The ids that `ids` selects, by the first digits they share."""
    # allow built-sql: `ids` is a constant of a storage module
    return f"""
SELECT left(id::text, {_DIGITS}) AS prefix, count(*) AS count, {DIGEST} AS digest FROM ({ids}) AS told GROUP BY 1
"""


def even_statement(ids: str, own: int) -> str:
    """The ids of one range in ranges of five hundred. `own` is how many parameters `ids` has; the ends follow them."""
    # allow built-sql: `ids` is a constant of a storage module
    return f"""
SELECT (array_agg(id ORDER BY id))[1] AS lower, count(*) AS count, {DIGEST} AS digest
FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / {_EVEN} AS page
    FROM ({ids}) AS told WHERE id >= ${own + 1} AND id < ${own + 2}
) AS paged
GROUP BY page ORDER BY page
"""


def digests_statement(ids: str) -> str:
    """The same ids counted in given ranges: $1 their lower ends, $2 the end of the last."""
    # allow built-sql: `ids` is a constant of a storage module
    return f"""
SELECT width_bucket(id, $1::uuid[]) - 1 AS place, count(*) AS count, {DIGEST} AS digest
FROM ({ids}) AS known WHERE id >= ($1::uuid[])[1] AND id < $2 GROUP BY 1
"""


def within_statement(ids: str, own: int) -> str:
    """The ids of one range. `own` is how many parameters `ids` has; the ends follow them."""
    # allow built-sql: `ids` is a constant of a storage module
    return f"SELECT id FROM ({ids}) AS known WHERE id >= ${own + 1} AND id < ${own + 2} ORDER BY id"


def window_of(row: Row) -> IdRange:
    """A row with `prefix`, `count` and `digest` as a range that begins where its digits do."""
    lower = UUID(row["prefix"].ljust(32, "0"))
    return IdRange(lower=lower, count=row["count"], digest=row["digest"])


async def cut_windows(reader: Reader, ids: str) -> list[IdRange]:
    """The ranges of a set."""
    ranges = [window_of(row) for row in await reader.fetch(windows_statement(ids))]
    return sorted(ranges, key=lambda one: one.lower)


async def cut_evenly(reader: Reader, ids: str, lower: UUID, upper: UUID, *arguments: object) -> list[IdRange]:
    """One range as many small ones. `arguments` are those of `ids`."""
    statement = even_statement(ids, len(arguments))
    return [IdRange(**dict(row)) for row in await reader.fetch(statement, *arguments, lower, upper)]


async def select_gaps(reader: Reader, ids: str, ranges: Sequence[IdRange], upper: UUID) -> list[Gap]:
    """The ranges in which this side has other ids."""
    rows = await reader.fetch(digests_statement(ids), [one.lower for one in ranges], upper)
    return gaps_between(ranges, upper, {row["place"]: (row["count"], row["digest"]) for row in rows})


def gaps_between(ranges: Sequence[IdRange], upper: UUID, own: Mapping[int, tuple[int, int]]) -> list[Gap]:
    """The ranges that differ; `own` has this side's count and digest by the place of a range, where it has any."""
    lowers, gaps = [one.lower for one in ranges], []
    for place, (told, end) in enumerate(zip(ranges, [*lowers[1:], upper], strict=True)):
        count, digest = own.get(place, (0, 0))
        if (count, digest) != (told.count, told.digest):
            gaps.append(Gap(told.lower, end, max(told.count - count, 0)))
    return gaps


async def select_within(reader: Reader, ids: str, lower: UUID, upper: UUID, *arguments: object) -> list[UUID]:
    """The ids of one range. `arguments` are those of `ids`."""
    statement = within_statement(ids, len(arguments))
    return [row["id"] for row in await reader.fetch(statement, *arguments, lower, upper)]
