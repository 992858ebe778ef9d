"""python -m tests.bench.notify --announce N: a date moves and N people are told, on a private stack of real processes,
whose workers are killed meanwhile: before a slice is committed, after it, and after the broker has the events."""

import argparse
import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp

from deploy.local.bootstrap_database import in_database
from deploy.local.credentials import keyring_file
from deploy.local.engines.postgres import DATABASE
from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.parts import part_name
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.declaration import CycleDatesAnnounced
from shared.contracts.identity import PersonContactChanged
from shared.ids import new_id
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event
from shared.security.tokens import SigningKey
from tests.bench.declaration.asked import BASE, Asked
from tests.bench.declaration.filled_year import LARGEST, connect, fill
from tests.bench.notify.faulty_provider import FaultyProvider
from tests.bench.notify.verdict import faults_of_announcing
from tests.support import ready_drafts

Json = dict[str, Any]
_POINTS: Final = (
    "announcement.before_progress:kill:2",
    "relay.after_publish:kill:2",
    "announcement.after_batch:kill:2",
)
_WORKERS: Final = 2
_DATES: Final = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
_OPEN: Final = "SELECT count(*) FROM notification.delivery WHERE state IN ('waiting', 'pending', 'sending', 'unknown')"
_UNSENT: Final = "SELECT count(*) FROM declaration.outbox WHERE sent_at IS NULL"
_MESSAGES: Final = """
SELECT recipient_id, count(*) AS messages FROM notification.message WHERE template_key = 'dates_moved' GROUP BY 1
"""
_CONCERNED: Final = """
SELECT person_id AS id FROM declaration.declaration
UNION SELECT institution_id FROM declaration.known_institution WHERE state = 'active'
UNION SELECT exam_body_id FROM declaration.known_exam_body WHERE state = 'active'
"""
_TOLD: Final = "SELECT aggregate_id AS id, count(*) AS times FROM declaration.outbox WHERE type = $1 GROUP BY 1"


@dataclass
class Bench:
    """One run: the stack, the zone's caller, how many workers were killed, and the number of each person."""

    stack: Stack
    arguments: argparse.Namespace
    session: aiohttp.ClientSession
    provider: FaultyProvider
    killed: int = 0
    stopping: bool = False
    faults: list[str] = field(default_factory=list)
    marks: dict[str, float] = field(default_factory=dict)
    phones: dict[UUID, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Json | None = None, version: int | None = None) -> Json:
        """As the zone's admin; raises when refused."""
        url = f"http://127.0.0.1:{self.stack.ports.of('declaration.api')}{BASE}{path}"
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
        headers |= {} if version is None else {"If-Match": f'"{version}"'}
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            found: Json = await answer.json()
            return found


async def run(arguments: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Fill, move a date, kill, wait for the last hand-over, count; 0 when all kills came, and nobody was lost or heard
    twice."""
    if arguments.announce < LARGEST:
        raise SystemExit(f"--announce takes {LARGEST} people or more: so many stand in the largest unit")
    home, signing = PROJECT / "var" / "bench" / "announcing", SigningKey.generate("bench")
    async with Stack(home=home, durable=True, erase=True, services=("declaration", "notification")) as stack:
        await stack.start_engines()
        for service in ("declaration", "notification"):
            await stack.migrate(service)
        await ready_drafts.trust(stack, signing, ("declaration",))
        provider = FaultyProvider(0)
        await provider.start()
        zone = Asked(stack, signing).token(Actor("staff", new_id(), "zone_admin", new_id()))
        headers = gateway_header(stack.home, "declaration") | {"Authorization": f"Bearer {zone}"}
        async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:
            figures = await _measure(Bench(stack, arguments, session, provider))
        await provider.stop()
    say(json.dumps(figures))
    for name, value in figures.items():
        say(f"  {name:<36} {value}")
    faults = faults_of_announcing(figures)
    for fault in faults:
        say(f"WRONG: {fault}")
    return 1 if faults else 0


async def _measure(bench: Bench) -> Json:
    stack = bench.stack
    await stack.start("declaration", "api")
    await _open_year(bench)
    await fill(_dsn(stack), bench.arguments.announce)
    await _let_be_known(bench)
    sending = {"NOTIFICATION_SMS__ENDPOINT": bench.provider.endpoint}
    await stack.start("notification", "worker", extra_env=sending)
    plan = list(islice(cycle(_POINTS), bench.arguments.kills))
    keeping = [asyncio.create_task(_keep_telling(bench, copy, plan[copy::_WORKERS])) for copy in range(_WORKERS)]
    began = time.monotonic()
    announcement = await _move(bench)
    told = await _wait_until_told(bench, announcement)
    bench.marks["told"] = time.monotonic() - began
    await _wait_until_none(stack, _UNSENT)
    await _wait_until_none(stack, _OPEN)
    bench.marks["handed_over"] = time.monotonic() - began
    bench.stopping = True
    await asyncio.gather(*keeping)
    return await _figures(bench, told)


def _dsn(stack: Stack) -> str:
    return in_database(stack.admin_dsn, DATABASE)


async def _open_year(bench: Bench) -> None:
    now = datetime.now(SHANGHAI)
    days = zip((*_DATES, "completion_deadline"), (-10, 150, 200, 250, 300), strict=True)
    body = {"year": now.year + 1} | {name: (now + timedelta(days=day)).isoformat() for name, day in days}
    created = await bench.call("POST", "/cycles", body)
    await bench.call("POST", f"/cycles/{created['id']}/opening")


async def _move(bench: Bench) -> str:
    """Declarations close a day later; the id of the announcement."""
    current = await bench.call("GET", "/cycles/current")
    later = datetime.fromisoformat(current["declaration_closes_at"]) + timedelta(days=1)
    body = {name: current[name] for name in (*_DATES, "completion_deadline")}
    body |= {"declaration_closes_at": later.isoformat()}
    moved = await bench.call("PUT", f"/cycles/{current['id']}", body, current["version"])
    return str(moved["announcement_id"])


async def _let_be_known(bench: Bench) -> None:
    """Notification knows a number of everybody who declares."""
    keyring = Keyring.load(keyring_file(bench.stack.home, "notification"))
    connection = await connect(_dsn(bench.stack))
    people = await connection.fetch("SELECT person_id FROM declaration.declaration")
    bench.phones = {row["person_id"]: f"199{place:08d}" for place, row in enumerate(people)}
    await connection.copy_records_to_table(
        "known_person",
        schema_name="notification",
        columns=["person_id", "version", "phone_event", "language"],
        records=_known(keyring, bench.phones),
    )
    await connection.close()


def _known(keyring: Keyring, phones: Mapping[UUID, str]) -> Iterator[tuple[UUID, int, str, str]]:
    for person, phone in phones.items():
        sealed = seal_for_event(keyring, "contact", f"{PersonContactChanged.TYPE}.phone:{person}", phone)
        yield person, 1, sealed, "zh"


async def _keep_telling(bench: Bench, copy: int, points: list[str]) -> None:
    """A worker, started anew after each kill; the last one lives on."""
    part, pace = part_name("declaration", "worker", copy), str(bench.arguments.announce_pace)
    for point in [*points, ""]:
        armed = {"FAILPOINT": point, "DECLARATION_ANNOUNCE_PER_SECOND": pace}
        await bench.stack.start("declaration", "worker", extra_env=armed, copy=copy)
        while (code := bench.stack.processes.exit_code(part)) is None and not bench.stopping:
            await asyncio.sleep(0.1)
        if code is None:
            return
        bench.stack.processes.forget(part)
        if code != -signal.SIGKILL:
            bench.faults.append(f"worker {copy} ended with {code}")
            return
        bench.killed += 1


async def _wait_until_told(bench: Bench, announcement: str) -> Json:
    until = time.monotonic() + 300 + bench.arguments.announce / 20
    while time.monotonic() < until:
        shown = await bench.call("GET", f"/announcements/{announcement}")
        if shown["state"] == "finished":
            return shown
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the announcement did not finish: {shown}")


async def _wait_until_none(stack: Stack, query: str) -> None:
    connection = await connect(_dsn(stack))
    until = time.monotonic() + 3600
    # Twice in a row: what left one place may not have arrived at the next.
    quiet = 0
    while quiet < 3 and time.monotonic() < until:
        quiet = quiet + 1 if await connection.fetchval(query) == 0 else 0
        await asyncio.sleep(0.5)
    await connection.close()


async def _figures(bench: Bench, shown: Json) -> Json:
    connection = await connect(_dsn(bench.stack))
    people = {row["person_id"] for row in await connection.fetch("SELECT person_id FROM declaration.declaration")}
    messages = {row["recipient_id"]: row["messages"] for row in await connection.fetch(_MESSAGES)}
    concerned = {row["id"] for row in await connection.fetch(_CONCERNED)}
    told = {row["id"]: row["times"] for row in await connection.fetch(_TOLD, CycleDatesAnnounced.TYPE)}
    handed = {person: len(bench.provider.taken.get(phone, [])) for person, phone in bench.phones.items()}
    await connection.close()
    seconds = bench.marks["told"]
    return {
        "people": len(people),
        "concerned": shown["total"],
        "told": shown["told"],
        "pace": bench.arguments.announce_pace,
        "kills": bench.arguments.kills,
        "kills_came": bench.killed,
        "worker_faults": bench.faults,
        "told_seconds": round(seconds, 1),
        "told_per_second": round(shown["told"] / seconds, 1),
        "handed_over_seconds": round(bench.marks["handed_over"], 1),
        "in_app": sum(messages.get(person, 0) for person in people),
        "hand_offs": sum(handed[person] for person in people),
        **_lost_and_doubled(people, concerned, told, (messages, handed)),
    }


def _lost_and_doubled(
    people: set[UUID], concerned: set[UUID], told: Mapping[UUID, int], arrived: Sequence[Mapping[UUID, int]]
) -> Json:
    """Units and exam bodies by the events that told them, for no account of theirs stands here to receive a message;
    people by what arrived as well."""
    times = {one: [told.get(one, 0)] + [each.get(one, 0) for each in arrived if one in people] for one in concerned}
    return {
        "lost": sum(1 for one in times.values() if min(one) == 0),
        "doubled": sum(1 for one in times.values() if max(one) > 1),
    }
