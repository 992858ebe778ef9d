"""python -m tests.bench.declare [--seconds N] [--connections N] [--neighbours]: prints a table and a JSON line."""

import argparse
import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg

from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.tokens import SigningKey, issue
from tests.bench.declare import measure
from tests.bench.declare.load import closed_loop, open_loop, percentile
from tests.bench.declare.processor_time import cpu_seconds, cpu_seconds_with_children, resident_mib
from tests.bench.declare.raw_limits import confirmed_publishes, durable_commits
from tests.support import ready_drafts

_PATH = ("declaration.api", "declaration.worker", "notification.worker")
_ENGINES = ("postgres", "rabbitmq")


def main() -> int:
    """0 when nothing was lost, doubled or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=16_000, help="submissions at saturation")
    parser.add_argument("--connections", type=int, default=96, help="people who submit at the same moment")
    parser.add_argument("--share", type=float, default=0.7, help="of the saturated rate, for the open loop")
    parser.add_argument("--open-seconds", type=float, default=15)
    arguments = parser.parse_args()
    return asyncio.run(run(arguments))


async def run(arguments: argparse.Namespace) -> int:
    """Start a private durable stack, seed, measure, print."""
    home = PROJECT / "var" / "bench" / "declare"
    async with Stack(home=home, durable=True, services=("declaration", "notification"), erase=True) as stack:
        say("starting a private stack with durable settings")
        await stack.start_engines()
        await _commit_timestamps(stack)
        await stack.start_services()
        bench = Bench(stack)
        await bench.prepare(arguments.count + int(arguments.count * 0.9))
        figures = await bench.measure(arguments)
    say(json.dumps(figures, ensure_ascii=False))
    print_table(figures)
    return 0 if figures["lost"] == figures["doubled"] == figures["refused"] == 0 else 1


async def _commit_timestamps(stack: Stack) -> None:
    admin = await asyncpg.connect(stack.admin_dsn)
    await admin.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    await admin.close()
    await stack.restart("postgres")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one person sends: a look at the own progress, as everybody takes before handing in, and the submission."""

    look: bytes
    submission: bytes


class Bench:
    """One stack under measurement."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.signing = SigningKey.generate("bench")
        self.host, self.port = "127.0.0.1", stack.ports.of("declaration.api")
        self.requests: list[Prepared] = []
        self._header = gateway_header(stack.home, "declaration")
        self._proof = "".join(f"{name}: {key}" for name, key in self._header.items())

    async def prepare(self, count: int) -> None:
        """Cycle, drafts, tokens, ready-made requests."""
        await ready_drafts.trust(self.stack, self.signing, ("declaration", "notification"))
        await asyncio.sleep(1.5)
        cycle = await self._open_cycle()
        say(f"seeding {count} drafts")
        drafts = await ready_drafts.seed_drafts(self.stack, cycle, count)
        now = datetime.now(SHANGHAI)
        body = json.dumps({"notice_version": 1, "accepted": True}).encode()
        for draft in drafts:
            token = issue(self.signing, Actor("candidate", draft.person_id, "candidate"), "tiro", now, 3600)
            path, caller = (
                f"/api/declaration/v1/declarations/{draft.id}",
                f"Host: bench\r\n{self._proof}\r\nAuthorization: Bearer {token}",
            )
            submission = (
                f"POST {path}/submission HTTP/1.1\r\n{caller}\r\nIdempotency-Key: {uuid4()}\r\n"
                f'If-Match: "2"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n'
            ).encode() + body
            look = f"GET {path}/timeline HTTP/1.1\r\n{caller}\r\n\r\n".encode()
            self.requests.append(Prepared(look, submission))

    async def measure(self, arguments: argparse.Namespace) -> dict[str, Any]:
        """Raw limits, saturation, open loop; the figures."""
        stack = self.stack
        figures: dict[str, Any] = {"at": datetime.now(SHANGHAI).isoformat(timespec="seconds")}
        admin = await asyncpg.connect(stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
        say("raw limits")
        figures["raw_commits"] = round(await durable_commits(stack.admin_dsn))
        await closed_loop(self.host, self.port, await self._next(300), 8)
        await self._drained(admin)
        figures |= await self._saturate(admin, arguments)
        figures |= await self._open(admin, arguments, figures["completed_per_second"])
        counts = await measure.count(admin)
        figures["lost"] = counts.submitted - counts.told_distinct
        figures["doubled"] = counts.told - counts.told_distinct
        figures["memory_mib"] = {p: round(resident_mib(stack.pid(p))) for p in stack.processes.names() if "." in p}
        figures["raw_publishes"] = round(await self._publishes())
        await admin.close()
        return figures

    async def _saturate(self, admin: asyncpg.Connection, arguments: argparse.Namespace) -> dict[str, Any]:
        batch = await self._next(arguments.count)
        say("saturation")
        before, cpu = await measure.count(admin), self._cpu()
        result = await closed_loop(self.host, self.port, batch, arguments.connections)
        await self._drained(admin)
        ended = time.monotonic()
        after, used = await measure.count(admin), self._cpu()
        told = after.told_distinct - before.told_distinct
        spent = {part: (used[part] - cpu[part]) / told * 1000 for part in used}
        return {
            "accepted_per_second": round(result.rate),
            "completed_per_second": round(told / (ended - result.began)),
            "http_p50_ms": round(statistics.median(result.latencies) * 1000, 1),
            "http_p99_ms": round(percentile(result.latencies, 0.99) * 1000, 1),
            "app_cpu_s_per_1000": round(sum(spent[part] for part in _PATH), 3),
            "cpu_s_per_1000_by_part": {part: round(value, 3) for part, value in spent.items()},
            "refused": sum(n for status, n in result.statuses.items() if status != 201),
        }

    async def _open(self, admin: asyncpg.Connection, arguments: argparse.Namespace, full: float) -> dict[str, Any]:
        rate = full * arguments.share
        wanted = min(int(rate * arguments.open_seconds), len(self.requests))
        batch = await self._next(wanted)
        say("open loop")
        since = datetime.now(SHANGHAI)
        result = await open_loop(self.host, self.port, batch, rate)
        await self._drained(admin)
        p50, p99 = await measure.end_to_end(admin, since)
        lag50, lag99 = await measure.outbox_lag(admin, since)
        return {
            "open_rate": round(rate),
            "open_http_p99_ms": round(percentile(result.latencies, 0.99) * 1000, 1),
            "e2e_p50_ms": round(p50 * 1000, 1),
            "e2e_p99_ms": round(p99 * 1000, 1),
            "outbox_lag_p50_ms": round(lag50 * 1000, 1),
            "outbox_lag_p99_ms": round(lag99 * 1000, 1),
            "sent_late_by_generator": result.late,
        }

    async def _next(self, count: int) -> list[bytes]:
        """The submissions of the next `count` people, each after a look at the own draft: the tokens are known then."""
        people = [self.requests.pop() for _ in range(count)]
        looks = await closed_loop(self.host, self.port, [person.look for person in people], 16)
        if looks.statuses != {200: count}:
            raise AssertionError(f"people could not look at their drafts: {looks.statuses}")
        return [person.submission for person in people]

    def _cpu(self) -> dict[str, float]:
        services = {part: cpu_seconds(self.stack.pid(part)) for part in _PATH}
        engines = {part: cpu_seconds_with_children(self.stack.pid(part)) for part in _ENGINES}
        return services | engines | {"load generator": time.process_time()}

    async def _drained(self, admin: asyncpg.Connection) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            counts = await measure.count(admin)
            if counts.unsent == 0 and counts.told_distinct >= counts.submitted:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"not drained: {counts}")

    async def _publishes(self) -> float:
        for part in ("declaration.worker", "notification.worker"):
            await self.stack.stop(part)
        url = self.stack.around.broker_url("declaration")
        return await confirmed_publishes(url, "events", "declaration.submitted.v1")

    async def _open_cycle(self) -> dict[str, Any]:
        zone = issue(
            self.signing, Actor("staff", new_id(), "zone_admin", new_id()), "tiro", datetime.now(SHANGHAI), 600
        )
        year = datetime.now(SHANGHAI).year + 1
        base = f"http://{self.host}:{self.port}/api/declaration/v1/cycles"
        dates = _dates(year)
        async with aiohttp.ClientSession(headers=self._header | {"Authorization": f"Bearer {zone}"}) as session:
            async with session.post(
                base, json={"year": year} | dates, headers={"Idempotency-Key": str(uuid4())}
            ) as created:
                cycle = await created.json()
            path = f"{base}/{cycle['id']}/opening"
            async with session.post(path, headers={"Idempotency-Key": str(uuid4())}) as opened:
                found: dict[str, Any] = await opened.json()
                return found


def _dates(year: int) -> dict[str, str]:
    now = datetime.now(SHANGHAI)
    moments = {
        "declaration_opens_at": now - timedelta(hours=1),
        "declaration_closes_at": now + timedelta(days=14),
        "review_deadline": now + timedelta(days=21),
        "filing_deadline": now + timedelta(days=28),
        "completion_deadline": datetime(year, 9, 1, tzinfo=SHANGHAI),
    }
    return {name: moment.isoformat() for name, moment in moments.items()}


def print_table(figures: dict[str, Any]) -> None:
    """For people."""
    for name, value in figures.items():
        say(f"  {name:<24} {value}")


def say(text: str) -> None:
    """Progress and results."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
