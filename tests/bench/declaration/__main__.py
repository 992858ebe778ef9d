"""python -m tests.bench.declaration [--small N] [--large N] [--each N] [--storm low|high] [--storm-seconds N]
[--storm-share F]: prints a table and a JSON line.
Both years lie side by side in one private PostgreSQL and are asked by turns, so that their ratio means something on a
machine that others use. They are kept in var/bench/declaration, brought up to the newest migration when they are there,
and filled anew with `--fresh`.
Then the last day: submissions, looks and uploads leave at ten times the rate of the domain's peak, times the share that
the machine can take, whatever the service does.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp
import asyncpg
from pydantic import SecretStr

from deploy.local.bootstrap_database import clone_database, drop_database, in_database
from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.postgres.migrate import migrate
from shared.security.tokens import SigningKey
from shared.settings import PostgresSettings
from tests.bench.declaration.asked import BASE, Asked, photo
from tests.bench.declaration.filled_year import LARGEST_UNIT, connect, fill
from tests.bench.declaration.targets import missed, pair
from tests.bench.declare.load import Connection, closed_loop, open_loop, percentile
from tests.support import ready_drafts
from tests.support.ready_drafts import Draft

Json = dict[str, Any]
SMALL, LARGE = "year_small", "year_large"
STORM: Final = {
    "low": {"submits": 7.0, "reads": 200.0, "uploads": 20.0},
    "high": {"submits": 10.0, "reads": 300.0, "uploads": 40.0},
}
"""Per second, ten times the peak of an ordinary last day: the ends of what is assumed of it."""


def main() -> int:
    """0 when every target holds: reading, submitting, the factor between the years, and no error in the storm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=300, help="questions of every kind")
    parser.add_argument("--submissions", type=int, default=1_200, help="at 70 %% load, for each year")
    parser.add_argument("--storm-seconds", type=float, default=300)
    parser.add_argument("--storm", choices=tuple(STORM), default="high")
    parser.add_argument("--storm-share", type=float, default=1.0, help="of the storm's rates")
    parser.add_argument("--fresh", action="store_true", help="fill both years anew")
    return asyncio.run(run(parser.parse_args()))


async def run(arguments: argparse.Namespace) -> int:
    """Fill what is not there, ask both by turns, load both, let the storm come, print."""
    home = PROJECT / "var" / "bench" / "declaration"
    async with Stack(home=home, durable=True, services=("declaration", "notification")) as stack:
        await stack.start_engines()
        for service in ("declaration", "notification"):
            await stack.migrate(service)
        bench = Bench(stack, arguments)
        for name, count in ((SMALL, arguments.small), (LARGE, arguments.large)):
            await bench.have(name, count)
        figures = await bench.measure()
    say(json.dumps(figures, ensure_ascii=False))
    for name, value in figures.items():
        say(f"  {name:<34} {value}")
    return 0 if not figures["missed"] else 1


class Bench:
    """A stack with two copies of the api, each on a year of its own."""

    def __init__(self, stack: Stack, arguments: argparse.Namespace) -> None:
        self.stack, self.arguments = stack, arguments
        self.signing = SigningKey.generate("bench")
        self.drafts: dict[str, list[Draft]] = {}
        self.ask = Asked(stack, self.signing)

    async def have(self, name: str, count: int) -> None:
        """The filled year, made when it is not there, migrated when it is."""
        server, admin = await asyncpg.connect(self.stack.admin_dsn), self.stack.admin_dsn
        wanted = str(count)
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1"
        if self.arguments.fresh or await server.fetchval(query, name) != wanted:
            say(f"filling {name} with {count} declarations")
            began = time.monotonic()
            await drop_database(admin, name)
            await clone_database(admin, "tiro", name, self.stack.around.role_passwords())
            await self._start(name)
            await self._open_cycle(name)
            await self._stop(name)
            await fill(in_database(admin, name), count)
            await server.execute(f"COMMENT ON DATABASE {name} IS '{wanted}'")  # allow built-sql: our own words
            say(f"filled in {time.monotonic() - began:.0f} s")
        else:
            owner = PostgresSettings(dsn=SecretStr(self.stack.around.dsn("declaration_migrator", name)))
            await migrate(owner, "declaration", _MIGRATIONS)
        await server.close()

    async def measure(self) -> Json:
        """The figures; pairs are (small, large)."""
        arguments = self.arguments
        figures: Json = {
            "at": datetime.now(SHANGHAI).isoformat(timespec="seconds"),
            "declarations": (arguments.small, arguments.large),
            "load_average": round(os.getloadavg()[0], 1),
        }
        rates = self._storm_rates()
        storm = int(arguments.storm_seconds * (rates["submits"] + rates["uploads"] / 4)) + 50
        for name in (SMALL, LARGE):
            await self._start(name)
            more = storm if name == LARGE else 0
            self.drafts[name] = await ready_drafts.seed_drafts(
                self.stack, await self._cycle(name), 3 * arguments.submissions + more + 200, name
            )
        await self._seen()
        figures |= await self._reads()
        figures |= await self._submissions()
        figures |= await self._storm()
        figures["load_average_after"] = round(os.getloadavg()[0], 1)
        figures["missed"] = missed(figures)
        return figures

    # -- the three measurements

    async def _reads(self) -> Json:
        """Queue pages, searches and details, by turns in both years."""
        say("reading")
        figures: Json = {}
        doors = [self._door(name) for name in (SMALL, LARGE)]
        kinds = [await self._questions(name) for name in (SMALL, LARGE)]
        for kind in kinds[0]:
            pairs = list(zip(*(own[kind] for own in kinds), strict=True))
            taken: list[list[float]] = [[], []]
            for number, asked in enumerate(pairs):
                for own, door, request in zip(taken, doors, asked, strict=True):
                    began = time.perf_counter()
                    status = await door.send(request)
                    assert status == 200, (kind, status)
                    if number >= len(pairs) // 10:
                        own.append(time.perf_counter() - began)
            figures |= pair(kind, taken)
        return figures

    async def _submissions(self) -> Json:
        """Saturation of the large year first, then both at 70 % of it, in slices by turns."""
        say("submitting")
        count = self.arguments.submissions
        saturating = [self.ask.submission(self.drafts[LARGE].pop()) for _ in range(count)]
        port = self._port(LARGE)
        full = await closed_loop("127.0.0.1", port, saturating, 48)
        taken: list[list[float]] = [[], []]
        refused = sum(number for status, number in full.statuses.items() if status != 201)
        for _ in range(6):
            for own, name in zip(taken, (SMALL, LARGE), strict=True):
                requests = [self.ask.submission(self.drafts[name].pop()) for _ in range(count // 6)]
                result = await open_loop("127.0.0.1", self._port(name), requests, full.rate * 0.7)
                own += result.latencies
                refused += sum(number for status, number in result.statuses.items() if status != 201)
        return {"saturated_per_second": round(full.rate), "refused": refused} | pair("submit", taken)

    async def _storm(self) -> Json:
        """Arrivals that do not wait for answers, on the large year."""
        seconds, rates = self.arguments.storm_seconds, self._storm_rates()
        say(f"storm for {seconds:.0f} s: {rates}")
        image = photo()
        many = {kind: int(rate * seconds) for kind, rate in rates.items()}
        submits = [self.ask.submission(self.drafts[LARGE].pop()) for _ in range(many["submits"])]
        uploads: list[bytes] = []
        while len(uploads) < many["uploads"]:
            draft = self.drafts[LARGE].pop()
            uploads += [self.ask.upload(draft, image) for _ in range(4)]
        questions = await self._questions(LARGE)
        looks = [one for own in zip(*questions.values(), strict=True) for one in own]
        reads = [looks[number % len(looks)] for number in range(many["reads"])]
        port = self._port(LARGE)
        results = await asyncio.gather(
            open_loop("127.0.0.1", port, submits, rates["submits"]),
            open_loop("127.0.0.1", port, reads, rates["reads"], 128),
            open_loop("127.0.0.1", port, uploads[: many["uploads"]], rates["uploads"], 64),
        )
        figures: Json = {"storm_driven_per_second": rates, "storm_seconds": seconds, "storm_errors": 0}
        for kind, result in zip(rates, results, strict=True):
            figures[f"storm_{kind}"] = {str(status): number for status, number in sorted(result.statuses.items())}
            figures[f"storm_{kind}_p95_ms"] = round(percentile(result.latencies, 0.95) * 1000, 1)
            figures["storm_errors"] += sum(number for status, number in result.statuses.items() if status >= 400)
        return figures

    def _storm_rates(self) -> dict[str, float]:
        return {kind: rate * self.arguments.storm_share for kind, rate in STORM[self.arguments.storm].items()}

    # -- what is asked

    async def _questions(self, name: str) -> dict[str, list[bytes]]:
        each, dice = self.arguments.each, random.Random(7)
        unit = self.ask.staff(LARGEST_UNIT)
        connection = await connect(in_database(self.stack.admin_dsn, name))
        numbers = await connection.fetch(
            "SELECT number FROM declaration WHERE institution_id = $1 AND number IS NOT NULL", LARGEST_UNIT
        )
        seen = await connection.fetch(
            "SELECT id, person_id, institution_id FROM declaration WHERE id = ANY ($1::uuid[])", self.seen[name]
        )
        await connection.close()
        details = [dice.choice(seen) for _ in range(each)]
        return {
            "queue page": [self.ask.get(f"/reviews?limit={dice.choice((20, 50))}", unit) for _ in range(each)],
            "search by number": [self.ask.search(dice.choice(numbers)["number"], unit) for _ in range(each)],
            "search by name": [self.ask.search(f"虚构{chr(0x4E00 + n)}", unit) for n in range(each)],
            "detail": [self.ask.get(f"/reviews/{one['id']}", self.ask.staff(one["institution_id"])) for one in details],
            "own progress": [
                self.ask.get(f"/declarations/{one['id']}/timeline", self.ask.candidate(one["person_id"]))
                for one in details
            ],
        }

    async def _seen(self) -> None:
        """Some submissions that open: what details are read of."""
        self.seen: dict[str, list[UUID]] = {}
        for name in (SMALL, LARGE):
            door, own = self._door(name), [self.drafts[name].pop() for _ in range(100)]
            for draft in own:
                assert await door.send(self.ask.submission(draft)) == 201
            self.seen[name] = [one.id for one in own]

    # -- the two processes

    async def _start(self, name: str) -> None:
        own = {"DECLARATION_POSTGRES__DSN": self.stack.around.dsn("declaration", name)}
        connection = await connect(in_database(self.stack.admin_dsn, name))
        await connection.execute("TRUNCATE known_signing_key")
        await connection.close()
        await ready_drafts.trust(self.stack, self.signing, ("declaration",), name)
        await self.stack.start("declaration", "api", extra_env=own, copy=_COPIES[name])

    async def _stop(self, name: str) -> None:
        await self.stack.stop(_PARTS[name])

    def _port(self, name: str) -> int:
        return self.stack.ports.of(_PARTS[name])

    def _door(self, name: str) -> Connection:
        return Connection("127.0.0.1", self._port(name))

    async def _cycle(self, name: str) -> Json:
        connection = await connect(in_database(self.stack.admin_dsn, name))
        row = await connection.fetchrow("SELECT id, year, catalogue_version FROM cycle")
        await connection.close()
        return {"id": str(row["id"]), "year": row["year"], "catalogue_version": row["catalogue_version"]}

    async def _open_cycle(self, name: str) -> None:
        now = datetime.now(SHANGHAI)
        names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
        days = zip((*names, "completion_deadline"), (-10, 150, 200, 250, 300), strict=True)
        body = {"year": now.year + 1} | {field: (now + timedelta(days=day)).isoformat() for field, day in days}
        zone = self.ask.token(Actor("staff", new_id(), "zone_admin", new_id()))
        headers = gateway_header(self.stack.home, "declaration") | {"Authorization": f"Bearer {zone}"}
        base = f"http://127.0.0.1:{self._port(name)}{BASE}/cycles"
        async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:
            async with session.post(base, json=body, headers={"Idempotency-Key": str(uuid4())}) as created:
                cycle = await created.json()
            await session.post(f"{base}/{cycle['id']}/opening", headers={"Idempotency-Key": str(uuid4())})


_COPIES: Final = {SMALL: 0, LARGE: 1}
_PARTS: Final = {SMALL: "declaration.api", LARGE: "declaration.api.1"}
_MIGRATIONS: Final = PROJECT / "services" / "declaration" / "migrations"


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
