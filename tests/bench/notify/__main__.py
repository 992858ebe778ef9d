"""python -m tests.bench.notify [--notices N] [--rate N] [--senders N] [--kills N] [--hangs-up SHARE]: every notice one
text, though senders are killed before and after they hand over and the provider hangs up after it accepted. With
--announce [N] a date moves instead, and N people are told (announcing.py).

In the middle third the first provider hangs up on everything: the time until its share is taken away is told. Prints a
JSON line and a table; 0 when nothing was lost and nothing doubled."""

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from typing import Any

import structlog

from deploy.local.environment import service_environment
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from services.notification.consumers.on_events_to_tell import on_events_to_tell
from services.notification.storage import known_people
from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonContactChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.bench.declare.load import percentile
from tests.bench.notify import announcing
from tests.bench.notify.faulty_provider import FaultyProvider
from tests.support.engines import Engines
from tests.support.service_under_test import ServiceUnderTest, serving

_POINTS = ("delivery.after_claim", "delivery.after_send")
_OPEN = "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'pending', 'sending', 'unknown', 'reserve')"
_SETTINGS = {"SMS__RECONCILE_AFTER": "5", "SMS__TIMEOUT": "5"}


def main() -> int:
    """0 when every notice arrived once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=3000)
    parser.add_argument("--rate", type=int, default=60, help="notices per second")
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--kills", type=int, default=6, help="senders killed, by turns before and after handing over")
    parser.add_argument("--hangs-up", type=float, default=0.01, help="share accepted and never answered")
    parser.add_argument(
        "--announce", type=int, nargs="?", const=1000, default=0, help="instead: a date moves, so many people are told"
    )
    parser.add_argument("--announce-pace", type=int, help="people told in a second, at most; without it: in a minute")
    arguments = parser.parse_args()
    arguments.announce_pace = arguments.announce_pace or max(arguments.announce // 60, 10)
    return asyncio.run(announcing.run(arguments, say) if arguments.announce else run(arguments))


@dataclass
class Bench:
    """One run."""

    arguments: argparse.Namespace
    service: ServiceUnderTest
    environment: dict[str, str]
    providers: tuple[FaultyProvider, FaultyProvider]
    killed: int = 0
    down_at: float = 0.0
    left_at: float = 0.0
    stopping: bool = False
    running: set[asyncio.subprocess.Process] = field(default_factory=set)


async def run(arguments: argparse.Namespace) -> int:
    """Feed, kill, wait for the end, count."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    home = PROJECT / "var" / "bench" / "notify"
    async with Stack(home=home, durable=False, erase=True, services=("notification",)) as stack:
        await stack.start_engines()
        engines = Engines(stack)
        async with serving(engines, "notification", None, **_SETTINGS) as service:
            providers = (FaultyProvider(arguments.hangs_up), FaultyProvider(arguments.hangs_up))
            for one in providers:
                await one.start()
            bench = Bench(arguments, service, _environment(stack, service, providers), providers)
            figures = await _measure(bench)
            for one in providers:
                await one.stop()
    say(json.dumps(figures))
    for name, value in figures.items():
        say(f"  {name:<36} {value}")
    return 1 if figures["lost"] or figures["doubled"] or figures["unsettled"] else 0


def _environment(stack: Stack, service: ServiceUnderTest, providers: tuple[FaultyProvider, ...]) -> dict[str, str]:
    own = service_environment(stack.around, "notification", "worker")
    own["NOTIFICATION_POSTGRES__DSN"] = stack.around.dsn("notification", service.database_name)
    own |= {f"NOTIFICATION_{name}": value for name, value in _SETTINGS.items()}
    own["BENCH_ENDPOINTS"] = ",".join(one.endpoint for one in providers)
    return {**os.environ, **own}


async def _measure(bench: Bench) -> dict[str, Any]:
    kills = bench.arguments.kills
    # What is left over goes to the senders that live on.
    plans = [islice(cycle(_POINTS), kills // 2 + kills % 2), islice(cycle(reversed(_POINTS)), kills // 2)]
    senders = [
        asyncio.create_task(_keep_sending(bench, list(plans[place]) if place < len(plans) else []))
        for place in range(bench.arguments.senders)
    ]
    await _wait_until_up(bench)
    watching = asyncio.create_task(_watch_share(bench))
    began = time.monotonic()
    await _feed(bench)
    fed = time.monotonic() - began
    await _wait_until_done(bench)
    bench.stopping = True
    for process in list(bench.running):
        process.kill()
    for task in (*senders, watching):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return await _figures(bench, fed, time.monotonic() - began)


async def _wait_until_up(bench: Bench) -> None:
    """The first pass of a sender writes down the providers it knows."""
    for _ in range(600):
        async with bench.service.database.read() as reader:
            if await reader.fetchval("SELECT count(*) FROM sms_provider"):
                return
        await asyncio.sleep(0.2)


async def _keep_sending(bench: Bench, kills: list[str]) -> None:
    """A sender, started anew after each kill; the last one lives on."""
    for place in range(len(kills) + 1):
        armed = f"{kills[place]}:kill:{25 if 'send' in kills[place] else 8}" if place < len(kills) else ""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.notify.sender",
            cwd=PROJECT,
            env={**bench.environment, "FAILPOINT": armed},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        bench.running.add(process)
        await process.wait()
        bench.running.discard(process)
        if bench.stopping:
            return
        bench.killed += 1


async def _watch_share(bench: Bench) -> None:
    """Take the first provider down in the middle third of what is handed over; when it lost its share after that."""
    first, second = bench.providers
    total = bench.arguments.notices
    while True:
        first.down = total // 3 <= len(first.taken) + len(second.taken) < 2 * total // 3
        if first.down and not bench.down_at:
            bench.down_at = time.time()
        async with bench.service.database.read() as reader:
            share = await reader.fetchval("SELECT share FROM sms_provider WHERE name = 'first'")
        if bench.down_at and share == 0 and not bench.left_at:
            bench.left_at = time.time()
        await asyncio.sleep(0.2)


async def _feed(bench: Bench) -> None:
    """Events at the rate, ten times a second, as the consumer would handle them."""
    total, rate = bench.arguments.notices, bench.arguments.rate
    began, done = time.monotonic(), 0
    while done < total:
        due = min(int((time.monotonic() - began) * rate) + 1, total)
        if due > done:
            await _notices(bench.service, done, due)
            done = due
        await asyncio.sleep(0.1)


async def _notices(service: ServiceUnderTest, start: int, end: int) -> None:
    people = [PersonId(new_id()) for _ in range(start, end)]
    now = service.clock.now()
    async with service.database.transaction() as tx:
        for place, person in enumerate(people, start):
            seal_place = f"{PersonContactChanged.TYPE}.phone:{person}"
            phone = seal_for_event(service.keyring, "contact", seal_place, f"199{place:08d}")
            contact = PersonContactChanged(occurred_at=now, aggregate_version=1, person_id=person, phone=phone)
            await known_people.upsert_person(tx, contact)
        await on_events_to_tell(tx, [_approved(person, now) for person in people], service.deps)


def _approved(person: PersonId, now: datetime) -> DeclarationApproved:
    return DeclarationApproved(
        occurred_at=now,
        aggregate_version=1,
        declaration_id=DeclarationId(new_id()),
        person_id=person,
        institution_id=InstitutionId(new_id()),
        institution_name="江岸区虚构医院",
        cycle_year=2027,
        number="D2027-000001",
    )


async def _wait_until_done(bench: Bench) -> None:
    """Leases of killed senders last a minute, look-ups come some seconds later."""
    until = time.monotonic() + 300 + bench.arguments.notices / 20
    while time.monotonic() < until:
        async with bench.service.database.read() as reader:
            if await reader.fetchval(_OPEN) == 0:
                return
        await asyncio.sleep(1)


async def _figures(bench: Bench, fed: float, took: float) -> dict[str, Any]:
    async with bench.service.database.read() as reader:
        rows = await reader.fetch("SELECT id, state, created_at FROM delivery")
        messages = await reader.fetchval("SELECT count(*) FROM message")
    first, second = bench.providers
    taken = {str(row["id"]): first.taken.get(str(row["id"]), []) + second.taken.get(str(row["id"]), []) for row in rows}
    waits = [min(taken[str(row["id"])]) - row["created_at"].timestamp() for row in rows if taken[str(row["id"])]]
    return {
        "notices": bench.arguments.notices,
        "deliveries": len(rows),
        "messages": messages,
        "lost": bench.arguments.notices - sum(1 for times in taken.values() if times),
        "doubled": sum(1 for times in taken.values() if len(times) > 1),
        "unsettled": sum(1 for row in rows if row["state"] != "sent"),
        "killed_senders": bench.killed,
        "by_first": len(first.taken),
        "by_second": len(second.taken),
        "first_left_after_seconds": round(bench.left_at - bench.down_at, 1) if bench.left_at else None,
        "hand_off_p50_seconds": round(percentile(waits, 0.5), 2),
        "hand_off_p99_seconds": round(percentile(waits, 0.99), 2),
        "hand_off_p999_seconds": round(percentile(waits, 0.999), 2),
        "fed_seconds": round(fed, 1),
        "seconds": round(took, 1),
    }


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
