"""The consumer's half: what a producer lists is compared with the inbox and the projections; where they differ, the
producer is told which ids are here (M11)."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from shared import outbox
from shared.contracts.reconciling import ListedSet, SetDiffers, SetsListed
from shared.ids import new_id
from shared.messaging.topology import queue_name
from shared.postgres.transaction import Transaction
from shared.reconciling.findings import note
from shared.reconciling.sets import NAMEABLE, Gap, Projection, gaps_between, select_gaps, select_within

# All types of a list in one pass over the inbox.
_COUNT_HANDLED: Final = """
WITH listed AS (
    SELECT type, array_agg(lower ORDER BY lower) AS lowers FROM unnest($2::text[], $3::uuid[]) AS l (type, lower)
    GROUP BY type
)
SELECT i.type, width_bucket(i.message_id, l.lowers) - 1 AS place, count(*) AS count,
       bit_xor(('x' || right(i.message_id::text, 12))::bit(48)::bigint) AS digest
FROM inbox i JOIN listed l USING (type)
WHERE i.consumer = $1 AND i.message_id >= $4 AND i.message_id < $5 GROUP BY 1, 2
"""
# A message that failed is in a delay queue or parked: known, and somebody's business already.
_MET: Final = """
SELECT message_id AS id FROM inbox WHERE consumer = $1 AND type = $2
UNION SELECT message_id FROM inbox_attempt WHERE consumer = $1
"""
_GAPS_AT_ONCE: Final = 8
"""Of one set; the rest of a large loss comes with the next lists."""


async def compare_sets(
    tx: Transaction,
    consumer: str,
    differs: type[SetDiffers],
    heard: Sequence[str],
    projections: Mapping[str, Projection],
    listed: SetsListed,
) -> None:
    """Ask for what is missing. `heard` are the event types whose loss is mended, `projections` the tables by type."""
    producer = listed.TYPE.split(".", 1)[0]
    events = [told for told in listed.sets if told.side == "events" and told.event_type in heard]
    await _compare_events(tx, queue_name(consumer, producer), differs, listed, events)
    for told in listed.sets:
        if told.side == "things" and (projection := projections.get(told.event_type)) is not None:
            gaps = await select_gaps(tx, projection.ids, told.ranges, told.upper)
            for gap in gaps[:_GAPS_AT_ONCE]:
                known = await select_within(tx, projection.ids, gap.lower, gap.upper)
                _ask(tx, differs, listed, told, gap, known)
            lacking = sum(gap.lacking for gap in gaps)
            await note(tx, "missing_projection", f"{consumer} of {told.event_type}", lacking)


async def _compare_events(
    tx: Transaction, queue: str, differs: type[SetDiffers], listed: SetsListed, sets: Sequence[ListedSet]
) -> None:
    if not sets:
        return
    lowers = [(told.event_type, one.lower) for told in sets for one in told.ranges]
    first, upper = min(lower for _, lower in lowers), max(told.upper for told in sets)
    rows = await tx.fetch(_COUNT_HANDLED, queue, [t for t, _ in lowers], [lower for _, lower in lowers], first, upper)
    own: dict[str, dict[int, tuple[int, int]]] = {}
    for row in rows:
        own.setdefault(row["type"], {})[row["place"]] = (row["count"], row["digest"])
    for told in sets:
        gaps = gaps_between(told.ranges, told.upper, own.get(told.event_type, {}))
        for gap in gaps[:_GAPS_AT_ONCE]:
            met = await select_within(tx, _MET, gap.lower, gap.upper, queue, told.event_type)
            _ask(tx, differs, listed, told, gap, met)
        await note(tx, "lost_event", f"{queue} of {told.event_type}", sum(gap.lacking for gap in gaps))


def _ask(
    tx: Transaction, differs: type[SetDiffers], listed: SetsListed, told: ListedSet, gap: Gap, known: Sequence[UUID]
) -> None:
    event = differs(
        occurred_at=listed.occurred_at,
        aggregate_version=1,
        request_id=new_id(),
        producer=listed.TYPE.split(".", 1)[0],
        side=told.side,
        event_type=told.event_type,
        lower=gap.lower,
        upper=gap.upper,
        settled_at=listed.settled_at,
        known=list(known) if len(known) <= NAMEABLE else None,
    )
    outbox.add(tx, event)
