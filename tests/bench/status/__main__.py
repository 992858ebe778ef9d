"""python -m tests.bench.status [--people N] [--count N]: prints a table and a JSON line. The service and a raw floor
are loaded by turns, so that their ratio means something on a machine that others use."""

import argparse
import asyncio
import json
import statistics
import sys
from datetime import datetime
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
from pydantic import SecretStr

from deploy.local.credentials import keyring_file
from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.processes import Launch
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.postgres.migrate import migrate
from shared.security.keyring import Keyring
from shared.security.tokens import SigningKey, issue
from shared.settings import PostgresSettings
from tests.bench.declare.load import closed_loop, open_loop, percentile
from tests.bench.declare.processor_time import cpu_seconds, cpu_seconds_with_children
from tests.bench.declare.raw_limits import durable_commits
from tests.bench.status.declared_people import YEAR, Person, fill
from tests.bench.status.staleness import watch
from tests.support import ready_drafts

PER_SECOND_AND_CORE, P99_MS = 500, 50.0
_CLIENTS, _HOT = 8, 20
_MIGRATIONS = PROJECT / "services" / "declaration" / "migrations"
_PATH = "/api/declaration/v1/status-queries"
_WIDE = {"DECLARATION_NETWORK_CALLS_PER_MINUTE": "1000000"}
Figures = dict[str, Any]


def main() -> int:
    """0 when a core answers as many as is asked for, in time, and nothing was stale or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--count", type=int, default=6_000, help="questions of each round at saturation")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--share", type=float, default=0.7, help="of the saturated rate, for the open loop")
    parser.add_argument("--open-seconds", type=float, default=15)
    parser.add_argument("--decisions", type=float, default=20, help="a second beside the open loop; the peak is 10")
    return asyncio.run(run(parser.parse_args()))


async def run(arguments: argparse.Namespace) -> int:
    """A private durable stack with the declaration service's api, the floor beside it."""
    async with Stack(
        home=PROJECT / "var" / "bench" / "status", durable=True, services=("declaration",), erase=True
    ) as stack:
        say("starting a private stack with durable settings")
        await stack.start_engines()
        owner = PostgresSettings(dsn=SecretStr(stack.around.dsn("declaration_migrator")))
        await migrate(owner, "declaration", _MIGRATIONS)
        await stack.start("declaration", "api", extra_env=_WIDE)
        figures = await Bench(stack, arguments).measure()
    say(json.dumps(figures, ensure_ascii=False))
    for name, value in figures.items():
        say(f"  {name:<40} {value}")
    enough = figures["per_second_and_core"] >= PER_SECOND_AND_CORE and figures["open_p99_ms"] <= P99_MS
    wrong = ("stale", "refused", "open_refused", "refused_under_decisions")
    honest = not any(figures[name] for name in wrong) and figures["control_stale"] > 0
    honest = honest and figures["answers_after_decisions"] > 0
    return 0 if enough and honest else 1


class Bench:
    """One stack under measurement."""

    def __init__(self, stack: Stack, arguments: argparse.Namespace) -> None:
        self.stack, self.arguments = stack, arguments
        self.port, self.floor = stack.ports.of("declaration.api"), stack.ports.secure("floor")
        self.dsn = stack.admin_dsn.rsplit("/", 1)[0] + "/tiro"
        self.header = gateway_header(stack.home, "declaration")
        self.people: list[Person] = []
        self.tokens: list[str] = []

    async def measure(self) -> Figures:
        """Floor and service by turns, the open loop beside decisions, and the hunt for stale answers."""
        await self._prepare()
        figures: Figures = {"at": datetime.now(SHANGHAI).isoformat(timespec="seconds")}
        figures["raw_commits"] = round(await durable_commits(self.stack.admin_dsn, 10, 3))
        figures |= await self._saturate()
        figures |= await self._open(figures["per_second"])
        figures |= await self._hunt(figures["per_second"])
        return figures

    async def _prepare(self) -> None:
        signing = SigningKey.generate("bench")
        await ready_drafts.trust(self.stack, signing, ("declaration",))
        keyring = Keyring.load(keyring_file(self.stack.home, "declaration"))
        admin = await asyncpg.connect(self.dsn)
        say(f"filling {self.arguments.people} declarations")
        self.people = await fill(admin, keyring, self.arguments.people)
        await admin.close()
        await self._start_floor()
        now = datetime.now(SHANGHAI)
        clients = [Actor("client", new_id(), "national_network_client") for _ in range(_CLIENTS)]
        self.tokens = [issue(signing, one, "tiro", now, 3600) for one in clients]
        # The key is known from the first look on, the plans and caches are warm.
        await asyncio.sleep(1.5)
        await closed_loop("127.0.0.1", self.port, self._questions(400), 8)
        await closed_loop("127.0.0.1", self.floor, self._rows(400), 8)

    async def _saturate(self) -> Figures:
        api, floor = self.stack.pid("declaration.api"), self.stack.pid("floor")
        rates: dict[str, list[float]] = {name: [] for name in ("api", "floor", "api_core", "floor_core")}
        refused, count, p99 = 0, self.arguments.count, list[float]()
        database = 0.0
        for number in range(self.arguments.rounds):
            say(f"saturation, round {number + 1}")
            rows = self._rows(count)
            before = cpu_seconds(floor)
            result = await closed_loop("127.0.0.1", self.floor, rows, self.arguments.connections)
            rates["floor"].append(result.rate)
            rates["floor_core"].append(count / (cpu_seconds(floor) - before))
            questions, engine = self._questions(count), cpu_seconds_with_children(self.stack.pid("postgres"))
            before = cpu_seconds(api)
            result = await closed_loop("127.0.0.1", self.port, questions, self.arguments.connections)
            database += cpu_seconds_with_children(self.stack.pid("postgres")) - engine
            rates["api"].append(result.rate)
            rates["api_core"].append(count / (cpu_seconds(api) - before))
            p99.append(percentile(result.latencies, 0.99) * 1000)
            refused += sum(n for status, n in result.statuses.items() if status != 200)
        middle = {name: statistics.median(values) for name, values in rates.items()}
        return {
            "per_second": round(middle["api"]),
            "per_second_and_core": round(middle["api_core"]),
            "postgres_cpu_ms_per_answer": round(database / (count * self.arguments.rounds) * 1000, 2),
            "saturated_p99_ms": round(statistics.median(p99), 1),
            "floor_per_second": round(middle["floor"]),
            "floor_per_second_and_core": round(middle["floor_core"]),
            "rate_to_floor": round(middle["api"] / middle["floor"], 2),
            "rate_per_core_to_floor": round(middle["api_core"] / middle["floor_core"], 2),
            "refused": refused,
        }

    async def _open(self, full: float) -> Figures:
        rate, seconds = full * self.arguments.share, self.arguments.open_seconds
        say("open loop, decisions at their pace meanwhile")
        questions, hot = self._questions(int(rate * seconds)), self.people[:_HOT]
        result, seen = await asyncio.gather(
            open_loop("127.0.0.1", self.port, questions, rate),
            watch(self.dsn, hot, self._version_of, seconds, 0, pause=1 / self.arguments.decisions),
        )
        return {
            "open_rate": round(rate),
            "open_p50_ms": round(statistics.median(result.latencies) * 1000, 1),
            "open_p99_ms": round(percentile(result.latencies, 0.99) * 1000, 1),
            "sent_late_by_generator": result.late,
            "open_refused": sum(n for status, n in result.statuses.items() if status != 200),
            "decisions_beside": seen.decisions,
        }

    async def _hunt(self, full: float) -> Figures:
        """Decisions as fast as they can be made and readers of the same people, at a third of the saturated rate."""
        rate, seconds, hot = full / 3, self.arguments.open_seconds, self.people[:_HOT]
        say("a writer decides as fast as it can, readers ask after it")
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(headers=self.header, timeout=timeout) as session:
            self._session = session
            result, seen = await asyncio.gather(
                open_loop("127.0.0.1", self.port, self._questions(int(rate * seconds)), rate),
                watch(self.dsn, hot, self._version_of, seconds, 2),
            )
            control = await watch(self.dsn, hot, self._version_of, 5, 4, early=True)
        return {
            "decisions": seen.decisions,
            "answers_after_decisions": seen.answers,
            "refused_under_decisions": sum(n for status, n in result.statuses.items() if status != 200),
            "stale": seen.stale,
            "control_stale": control.stale,
        }

    async def _version_of(self, person: Person) -> int:
        url = f"http://127.0.0.1:{self.port}{_PATH}"
        headers = {"Authorization": f"Bearer {self.tokens[0]}"}
        async with self._session.post(url, json=_question(person), headers=headers) as got:
            return int((await got.json())["record_version"])

    def _questions(self, count: int) -> list[bytes]:
        proof = "".join(f"{name}: {key}\r\n" for name, key in self.header.items())
        made = []
        for number in range(count):
            body = json.dumps(_question(self.people[number * 7919 % len(self.people)])).encode()
            head = (
                f"POST {_PATH} HTTP/1.1\r\nHost: bench\r\n{proof}Authorization: Bearer {self.tokens[number % _CLIENTS]}"
            )
            made.append(
                f"{head}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
        return made

    def _rows(self, count: int) -> list[bytes]:
        made = []
        for number in range(count):
            body = json.dumps({"index": self.people[number * 7919 % len(self.people)].index.hex()}).encode()
            head = f"POST /status-queries HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
            made.append(head.encode() + body)
        return made

    async def _start_floor(self) -> None:
        port = self.floor

        async def launch() -> Launch:
            return Launch(
                argv=[sys.executable, "-m", "tests.bench.status.raw_floor", "--port", str(port)],
                environment={"PYTHONPATH": str(PROJECT), "FLOOR_DSN": self.dsn},
                ready=lambda: _answers(port),
                waits_for="for the floor",
                port=port,
            )

        await self.stack.start_part("floor", launch)


def _question(person: Person) -> dict[str, Any]:
    key = {"document_type": "resident_id", "document_no": person.document_no, "name": person.name}
    return key | {"exam_year": YEAR, "nonce": str(uuid4())}


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def say(text: str) -> None:
    """Progress and results."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
