"""python -m tests.bench.identity [--logins N] [--connections N]: prints a table and a JSON line."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import asyncpg
from pydantic import SecretStr

from deploy.local.credentials import keyring_file
from deploy.local.engines.postgres import KEY_DATABASE
from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.processes import Launch
from deploy.local.stack import Stack
from shared.clock import SHANGHAI
from shared.contracts.identity import LoginCodeIssued
from shared.security.keyring import Keyring
from shared.security.subject_keys import SubjectKeys
from shared.security.subject_sealing import open_from_event
from shared.settings import SubjectKeySettings
from tests.bench.declare.load import percentile
from tests.bench.declare.processor_time import cpu_seconds
from tests.bench.identity.staff_doors import staff_members

WANTED = {"login": 150, "refresh": 300}
_ORIGIN = "http://localhost"
_WIDE = {
    "IDENTITY_LOGIN_CODE__PER_ADDRESS_AND_HOUR": "10000000",
    "IDENTITY_LOGIN_CODE__BUDGET_PER_HOUR": "10000000",
    "IDENTITY_LOGIN_CODE__BREAKER_SHARE": "0",
    "IDENTITY_STAFF__GUESSES_PER_ADDRESS_AND_HOUR": "10000000",
    "IDENTITY_PASSKEY__QUESTIONS_PER_ADDRESS_AND_HOUR": "10000000",
    "IDENTITY_PASSKEY__PARTY_ID": "localhost",
    "IDENTITY_PASSKEY__ORIGINS": f'["{_ORIGIN}"]',
}
"""One address plays all people; nothing else differs from production."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Phase:
    """What one kind of request cost: `cpu` are processor seconds of the api process."""

    name: str
    count: int
    seconds: float
    cpu: float
    latencies: list[float]

    @property
    def figures(self) -> Json:
        """Rounded."""
        return {
            f"{self.name}_per_second": round(self.count / self.seconds),
            f"{self.name}_per_second_and_core": round(self.count / self.cpu),
            f"{self.name}_cpu_ms": round(self.cpu / self.count * 1000, 2),
            f"{self.name}_p99_ms": round(percentile(self.latencies, 0.99) * 1000, 1),
        }


def main() -> int:
    """0 when no request was refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logins", type=int, default=4000)
    parser.add_argument("--staff", type=int, default=400, help="logins of staff: Argon2 takes its time")
    parser.add_argument("--connections", type=int, default=16)
    return asyncio.run(run(parser.parse_args()))


async def run(arguments: argparse.Namespace) -> int:
    """A private durable stack with identity's api alone, then the floor beside it."""
    home = PROJECT / "var" / "bench" / "identity"
    async with Stack(home=home, durable=True, services=("identity",), erase=True) as stack:
        say("starting a private stack with durable settings")
        await stack.start_engines()
        await stack.migrate("identity")
        await stack.start("identity", "api", extra_env=_WIDE)
        await _start_floor(stack)
        timeout = aiohttp.ClientTimeout(total=60)
        connector = aiohttp.TCPConnector(limit=arguments.connections)
        headers = gateway_header(stack.home, "identity")
        async with aiohttp.ClientSession(timeout=timeout, connector=connector, headers=headers) as session:
            store = SubjectKeySettings(dsn=SecretStr(stack.around.dsn("identity", KEY_DATABASE)))
            subjects = await SubjectKeys.connect(store, "bench.identity")
            bench = Bench(stack, session, Keyring.load(keyring_file(stack.home, "identity"), subjects), arguments)
            figures = await bench.measure()
            await subjects.close()
    say(json.dumps(figures))
    for name, value in figures.items():
        say(f"  {name:<36} {value}")
    return 0


async def _start_floor(stack: Stack) -> None:
    port = stack.ports.secure("floor")

    async def launch() -> Launch:
        return Launch(
            argv=[sys.executable, "-m", "tests.bench.identity.raw_floor", "--port", str(port)],
            environment={"PYTHONPATH": str(PROJECT), "FLOOR_DSN": _admin(stack)},
            ready=lambda: _answers(port),
            waits_for="for the floor",
            port=port,
        )

    await stack.start_part("floor", launch)


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _admin(stack: Stack) -> str:
    return stack.admin_dsn.rsplit("/", 1)[0] + "/tiro"


class Bench:
    """One stack under measurement."""

    def __init__(
        self, stack: Stack, session: aiohttp.ClientSession, keyring: Keyring, arguments: argparse.Namespace
    ) -> None:
        self.stack, self.session, self.arguments = stack, session, arguments
        self.keyring = keyring
        self._phones = iter(range(10**8))

    async def measure(self) -> Json:
        """Both doors by turns, after a warm-up of each."""
        figures: Json = {"at": datetime.now(SHANGHAI).isoformat(timespec="seconds")}
        service = f"http://127.0.0.1:{self.stack.ports.of('identity.api')}/api/identity/v1"
        floor = f"http://127.0.0.1:{self.stack.ports.of('floor')}"
        count = self.arguments.logins
        for measured in (count // 10, count):
            for name, part, base in (("", "identity.api", service), ("floor_", "floor", floor)):
                say(f"{measured} logins and refreshes: {part}")
                figures |= await self._door(name, part, base, measured)
        figures |= await self._staff(service)
        for what, wanted in WANTED.items():
            figures[f"{what}_wanted_per_second_and_core"] = wanted
            figures[f"{what}_share_of_floor"] = round(
                figures[f"{what}_per_second_and_core"] / figures[f"floor_{what}_per_second_and_core"], 3
            )
        return figures

    async def _door(self, name: str, part: str, base: str, count: int) -> Json:
        phones = [f"139{next(self._phones):08d}" for _ in range(count)]
        ask = [{"phone": phone} for phone in phones]
        asking, asked = await self._phase(f"{name}code", part, f"{base}/login-codes", ask, 202)
        ids = [answer["challenge_id"] for answer in asked]
        codes = dict.fromkeys(ids, "000000") if name else await self._codes(ids)
        logins = [{"challenge_id": i, "phone": phone, "code": codes[i]} for i, phone in zip(ids, phones, strict=True)]
        opening, opened = await self._phase(f"{name}session", part, f"{base}/sessions", logins, 201)
        tokens = [{"refresh_token": answer["refresh_token"]} for answer in opened]
        refreshing, _ = await self._phase(f"{name}refresh", part, f"{base}/sessions/refresh", tokens, 200)
        # A login by code is both: asking for the code, and showing it.
        login = Phase(
            f"{name}login",
            count,
            asking.seconds + opening.seconds,
            asking.cpu + opening.cpu,
            opening.latencies,
        )
        return login.figures | asking.figures | opening.figures | refreshing.figures

    async def _staff(self, base: str) -> Json:
        """Every account logs in once by password and code, and once by passkey."""
        count = self.arguments.staff
        say(f"{count} logins of staff by password and code, and by passkey")
        phones = [f"137{next(self._phones):08d}" for _ in range(count)]
        members = await staff_members(_admin(self.stack), self.keyring, phones, _ORIGIN)
        # Made when they are sent: a code lives a minute and a half.
        by_code = [member.by_code for member in members]
        opening, _ = await self._phase("staff_login", "identity.api", f"{base}/staff-sessions", by_code, 201)
        ask = [{"phone": phone} for phone in phones]
        asking, asked = await self._phase("passkey_question", "identity.api", f"{base}/passkey-challenges", ask, 201)
        shown = [member.by_passkey(one) for member, one in zip(members, asked, strict=True)]
        entering, _ = await self._phase("passkey_session", "identity.api", f"{base}/passkey-sessions", shown, 201)
        return opening.figures | asking.figures | entering.figures

    async def _phase(
        self, name: str, part: str, url: str, bodies: Sequence[Json | Callable[[], Json]], status: int
    ) -> tuple[Phase, list[Json]]:
        answers: list[Json] = [{} for _ in bodies]
        latencies: list[float] = []
        todo = iter(range(len(bodies)))

        async def work() -> None:
            for number in todo:
                body = bodies[number]
                sent = body() if callable(body) else body
                began = time.perf_counter()
                async with self.session.post(url, json=sent) as response:
                    answers[number] = json.loads(await response.read())
                    if response.status != status:
                        raise AssertionError(f"{name}: {response.status} {answers[number]}")
                latencies.append(time.perf_counter() - began)

        began, cpu = time.perf_counter(), cpu_seconds(self.stack.pid(part))
        await asyncio.gather(*(work() for _ in range(self.arguments.connections)))
        used = cpu_seconds(self.stack.pid(part)) - cpu
        return Phase(name, len(bodies), time.perf_counter() - began, used, latencies), answers

    async def _codes(self, ids: Sequence[str]) -> dict[str, str]:
        """What the phones would show, read where the SMS provider's message is made."""
        connection = await asyncpg.connect(_admin(self.stack))
        query = "SELECT body FROM identity.outbox WHERE type = $1"
        rows = await connection.fetch(query, LoginCodeIssued.TYPE)
        await connection.close()
        codes, wanted = {}, set(ids)
        for row in rows:
            event = LoginCodeIssued.model_validate_json(row["body"])
            if (challenge := str(event.challenge_id)) in wanted:
                place = f"{LoginCodeIssued.TYPE}.code:{challenge}"
                codes[challenge] = await open_from_event(self.keyring, "login_code", place, event.code)
        return codes


def say(text: str) -> None:
    """Progress and results."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
