"""python -m tests.bench.audit [--entries N] [--seconds S]: how fast a chain is verified, and what its entries cost
those who write them. Prints a table and a JSON line."""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from shared import audit
from shared.actor import Actor
from shared.audit.anchors import NOTHING_BEFORE, Anchor, Head
from shared.audit.chain import Heads, read_heads, walk
from shared.audit.findings import Finding
from shared.audit.lane_walk import Times
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.settings import PostgresSettings
from tests.bench.declare.processor_time import cpu_seconds, cpu_seconds_with_children
from tests.bench.declare.raw_limits import durable_commits

VERIFIED_PER_SECOND_AND_CORE = 20_000
_CONNECTIONS, _BATCH, _ROUNDS = 10, 500, 4
_STATE = "INSERT INTO inbox (message_id, consumer, type) VALUES ($1, 'bench', 'bench')"
Write = Callable[[Transaction], Awaitable[None]]


def main() -> int:
    """0 when a core verifies as many entries per second as is asked for, and finds the forged time and nothing else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000, help="length of the chain that is verified")
    parser.add_argument("--anchors", type=int, default=52_000, help="that bound the times; as many as a year has")
    parser.add_argument("--seconds", type=float, default=3, help="of each round of appends")
    return asyncio.run(run(parser.parse_args()))


async def run(arguments: argparse.Namespace) -> int:
    """Start private durable engines, fill, measure, print."""
    home = PROJECT / "var" / "bench" / "audit"
    async with Stack(home=home, durable=True, services=("notification",), erase=True) as stack:
        await stack.start_engines()
        await stack.migrate("notification")
        dsn = stack.around.dsn("notification")
        settings = PostgresSettings.model_validate({"dsn": dsn, "pool_size": _CONNECTIONS})
        database = await Database.connect(settings, "bench.audit")
        try:
            figures = await measure(stack, database, arguments)
        finally:
            await database.close()
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    for name, value in figures.items():
        sys.stdout.write(f"{name:>42}  {value}\n")
    fast = figures["verified_per_second_and_core"] >= VERIFIED_PER_SECOND_AND_CORE
    return 0 if fast and figures["forged_time_found"] and figures["other_findings"] == 0 else 1


async def measure(stack: Stack, database: Database, arguments: argparse.Namespace) -> dict[str, Any]:
    """Appends with and without an entry in turns, then a walk over a long chain."""
    first = datetime.now(SHANGHAI)
    figures: dict[str, Any] = {"at": first.isoformat(timespec="seconds")}
    figures["raw_commits"] = round(await durable_commits(stack.around.admin_dsn(), _CONNECTIONS, 3))
    figures |= await _appends(database, arguments.seconds)
    await _fill(database, arguments.entries)
    heads = await read_heads(database)
    anchors = _anchors(heads.in_order, arguments.anchors, first, datetime.now(SHANGHAI))
    forged = await _forge(database, heads)
    postgres = stack.pid("postgres")
    before, began = (cpu_seconds(os.getpid()), cpu_seconds_with_children(postgres)), time.monotonic()
    times = Times(anchors, datetime.now(SHANGHAI))
    walked = await walk(database, await read_heads(database), times=times)
    seconds = time.monotonic() - began
    own, engine = cpu_seconds(os.getpid()) - before[0], cpu_seconds_with_children(postgres) - before[1]
    return figures | {
        "entries": walked.entries,
        "anchors": len(anchors),
        "forged_time_found": forged in walked.findings,
        "other_findings": sum(one != forged for one in walked.findings),
        "verified_per_second": round(walked.entries / seconds),
        "verified_per_second_and_core": round(walked.entries / (own + engine)),
        "verified_per_second_and_core_of_the_verifier": round(walked.entries / own),
    }


def _anchors(ends: Sequence[Head], count: int, first: datetime, last: datetime) -> list[Anchor]:
    """As if the chain had grown evenly between these anchors. What they say of digests is not asked here."""
    made, heads = [], list(ends)
    for number in range(1, count + 1):
        for place, end in enumerate(ends):
            sequence = end.sequence * number // count
            if heads[place].sequence != sequence:
                heads[place] = Head(end.lane, sequence, end.digest)
        at = first + (last - first) * (number / count)
        made.append(Anchor("bench", number, at, NOTHING_BEFORE, tuple(heads)))
    return made


async def _forge(database: Database, before: Heads) -> Finding | None:
    """One more entry, of two days ago; what the walk must say of it."""
    async with database.transaction() as tx:
        _record(tx, datetime.now(SHANGHAI) - timedelta(days=2))
    after = (await read_heads(database)).in_order
    grown = [one for one in after if one.sequence > before.by_lane[one.lane].sequence]
    return Finding("clock_differs", grown[0].lane, grown[0].sequence) if len(grown) == 1 else None


async def _appends(database: Database, seconds: float) -> dict[str, Any]:
    """Transactions per second of ten connections, each a row of state, without and with its audit entry; the two take
    turns, so that a busy moment of the machine meets both."""
    rates: dict[str, list[float]] = {"without": [], "with": []}
    for _ in range(_ROUNDS):
        rates["without"].append(await _rate(database, seconds, _write_state))
        rates["with"].append(await _rate(database, seconds, _write_audited))
    without, audited = statistics.median(rates["without"]), statistics.median(rates["with"])
    return {
        "appends_per_second_without_audit": round(without),
        "appends_per_second_with_audit": round(audited),
        "with_to_without": round(audited / without, 3),
    }


async def _rate(database: Database, seconds: float, write: Write) -> float:
    count, began = 0, time.monotonic()

    async def work() -> None:
        nonlocal count
        while time.monotonic() - began < seconds:
            async with database.transaction() as tx:
                await write(tx)
            count += 1

    await asyncio.gather(*(work() for _ in range(_CONNECTIONS)))
    return count / (time.monotonic() - began)


async def _write_state(tx: Transaction) -> None:
    await tx.execute(_STATE, new_id())


async def _write_audited(tx: Transaction) -> None:
    await _write_state(tx)
    _record(tx)


def _record(tx: Transaction, at: datetime | None = None) -> None:
    """An entry as long as those of a submission."""
    audit.record(
        tx,
        "declaration.submit",
        actor=Actor("candidate", new_id(), "candidate", person_id=new_id()),
        subject_kind="declaration",
        subject_id=new_id(),
        at=at or datetime.now(SHANGHAI),
        before="draft",
        after="submitted",
        number="D2027-000123",
        submission=1,
    )


async def _fill(database: Database, entries: int) -> None:
    async def fill(batches: int) -> None:
        for _ in range(batches):
            async with database.transaction() as tx:
                for _ in range(_BATCH):
                    _record(tx)

    await asyncio.gather(*(fill(entries // _BATCH // _CONNECTIONS) for _ in range(_CONNECTIONS)))


if __name__ == "__main__":
    raise SystemExit(main())
