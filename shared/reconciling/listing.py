"""The producer's half: every minute it lists what it has told, as digests, behind the events themselves. Whoever
consumes the list has consumed everything before it, or knows what became of it (M11)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from shared import outbox
from shared.contracts.reconciling import IdRange, ListedSet, SetDiffers, SetsListed
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.reconciling.sets import LAST, Snapshot, cut_evenly, cut_windows, window_of

# Copies for one consumer are no news, and lists are compared with nothing. $1 says how many digits make a range.
_EVENT_WINDOWS: Final = """
SELECT type, left(event_id::text, $1) AS prefix, count(*) AS count,
       bit_xor(('x' || right(event_id::text, 12))::bit(48)::bigint) AS digest
FROM outbox
WHERE created_at >= $2 AND event_id >= $3 AND event_id < $4 AND sent_at IS NOT NULL AND only_for IS NULL
GROUP BY 1, 2
"""
_EVENTS_OF_TYPE: Final = """
SELECT event_id AS id FROM outbox WHERE type = $1 AND created_at >= $2 AND sent_at IS NOT NULL AND only_for IS NULL
"""
_COMPARING: Final = (".sets_listed.", ".set_differs.")
_NOW: Final = "SELECT clock_timestamp()"
_RANGES_IN_A_LIST: Final = 2000
"""Keeps a message far below the largest that consumers accept."""
_DAYS_IN_QUARTERS: Final = timedelta(days=2)
EARLIER: Final = timedelta(hours=1)
"""An event is committed at its id's moment or shortly after: the index by time finds it."""


async def list_sets(
    tx: Transaction,
    listed: type[SetsListed],
    snapshots: Sequence[Snapshot],
    *,
    back: timedelta,
    grace: timedelta,
    occurred_at: datetime,
) -> None:
    """Publish the digests of everything sent in the last `back` and of all things told. What is younger than `grace`
    may still be on its way and is left to the next list."""
    now: datetime = await tx.fetchval(_NOW)
    settled = now - grace
    sets = await _events(tx, now - back, first_id_at(settled), back)
    for one in snapshots:
        ranges = await cut_windows(tx, one.ids)
        sets.append(ListedSet(side="things", event_type=one.event.TYPE, upper=LAST, ranges=ranges))
    for some in _portions([one for one in sets if one.ranges]):
        outbox.add(
            tx,
            listed(occurred_at=occurred_at, aggregate_version=1, listing_id=new_id(), settled_at=settled, sets=some),
        )


async def list_evenly(
    tx: Transaction, listed: type[SetsListed], asked: SetDiffers, snapshot: Snapshot | None, now: datetime
) -> None:
    """One range, in which somebody has more ids than a question can name, again in many small ones."""
    if asked.side == "events":
        arguments: tuple[object, ...] = (asked.event_type, made_at(asked.lower) - EARLIER)
        ranges = await cut_evenly(tx, _EVENTS_OF_TYPE, asked.lower, asked.upper, *arguments)
    elif snapshot is not None:
        ranges = await cut_evenly(tx, snapshot.ids, asked.lower, asked.upper)
    else:
        return
    for start in range(0, len(ranges), _RANGES_IN_A_LIST):
        some = ranges[start : start + _RANGES_IN_A_LIST + 1]
        upper = some.pop().lower if len(some) > _RANGES_IN_A_LIST else asked.upper
        one = ListedSet(side=asked.side, event_type=asked.event_type, upper=upper, ranges=some)
        event = listed(
            occurred_at=now, aggregate_version=1, listing_id=new_id(), settled_at=asked.settled_at, sets=[one]
        )
        outbox.add(tx, event)


def first_id_at(moment: datetime) -> UUID:
    """The least id that can be made at `moment`: ids begin with their milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def made_at(id: UUID) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


async def _events(tx: Transaction, since: datetime, upper: UUID, back: timedelta) -> list[ListedSet]:
    # Seven digits are a quarter of an hour, six are five hours. The first range begins with its time, as all do.
    digits = 7 if back <= _DAYS_IN_QUARTERS else 6
    lower = UUID(str(first_id_at(since))[:digits].ljust(32, "0"))
    rows = await tx.fetch(_EVENT_WINDOWS, digits, made_at(lower) - EARLIER, lower, upper)
    by_type: dict[str, list[IdRange]] = {}
    for row in rows:
        if not any(part in row["type"] for part in _COMPARING):
            by_type.setdefault(row["type"], []).append(window_of(row))
    return [
        ListedSet(side="events", event_type=name, upper=upper, ranges=sorted(ranges, key=lambda one: one.lower))
        for name, ranges in by_type.items()
    ]


def _portions(sets: Sequence[ListedSet]) -> list[list[ListedSet]]:
    portions: list[list[ListedSet]] = []
    room = 0
    for one in sets:
        if not portions or room < len(one.ranges):
            portions.append([])
            room = _RANGES_IN_A_LIST
        portions[-1].append(one)
        room -= len(one.ranges)
    return portions
