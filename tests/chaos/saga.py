"""The saga under attack: clients that submit and approve and never give up, and what must hold when all is quiet."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from deploy.local.faults import StackError
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.tokens import SigningKey, issue
from tests.support import ready_drafts
from tests.support.ready_drafts import Draft
from tests.support.waiting import wait_until

Headers = dict[str, str]


@dataclass
class History:
    """What clients know: attempted and acknowledged intents by declaration."""

    attempted: set[UUID] = field(default_factory=set)
    acknowledged: set[UUID] = field(default_factory=set)
    refused: list[tuple[int, str]] = field(default_factory=list)


class Saga:
    """Drives one stack through its public port, and looks into its databases afterwards."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._signing = SigningKey.generate("chaos")
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        self._drafts: list[Draft] = []
        self._filed: set[UUID] = set()
        self._cycle_id = ""
        self._admin = Actor("staff", new_id(), "institution_business_admin", None)
        self._base = f"{stack.gateway_url}/api/declaration/v1"

    @property
    def admin_dsn(self) -> str:
        """The database as its administrator."""
        return self.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro"

    async def prepare(self, drafts: int) -> None:
        """Open a cycle and seed drafts."""
        await ready_drafts.trust(self.stack, self._signing, ("declaration", "notification"))
        zone = Actor("staff", new_id(), "zone_admin", new_id())
        now = datetime.now(SHANGHAI)
        moments = {
            "declaration_opens_at": now - timedelta(hours=1),
            "declaration_closes_at": now + timedelta(days=14),
            "review_deadline": now + timedelta(days=21),
            "filing_deadline": now + timedelta(days=28),
            "completion_deadline": datetime(now.year + 1, 9, 1, tzinfo=SHANGHAI),
        }
        body = {"year": now.year + 1} | {name: moment.isoformat() for name, moment in moments.items()}
        await wait_until(lambda: self._knows_key(zone), what="the services to know the signing key")
        cycle = await self._must("POST", "/cycles", zone, body)
        cycle = await self._must("POST", f"/cycles/{cycle['id']}/opening", zone)
        self._cycle_id = cycle["id"]
        self._drafts = await ready_drafts.seed_drafts(self.stack, cycle, drafts)

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()

    def take(self, count: int) -> list[Draft]:
        """Drafts that nobody touched yet."""
        taken, self._drafts = self._drafts[:count], self._drafts[count:]
        assert len(taken) == count, "seed more drafts"
        return taken

    async def submit(self, drafts: list[Draft], history: History) -> None:
        """Submit all at once, each with one key, repeating while the outcome is not known."""
        await asyncio.gather(*(self._insist(history, d, "submission", _candidate(d), 2) for d in drafts))

    async def approve(self, drafts: list[Draft], history: History) -> None:
        """Approve submitted declarations as their units' administrators."""
        units = await self._units(drafts)
        await asyncio.gather(*(self._insist(history, d, "approval", _unit_admin(units[d.id]), 3) for d in drafts))

    async def take_of_one_unit(self, count: int) -> list[Draft]:
        """Drafts of people at one unit that filed no list yet."""
        units = await self._units(self._drafts)
        by_unit: dict[UUID, list[Draft]] = {}
        for draft in self._drafts:
            by_unit.setdefault(units[draft.id], []).append(draft)
        unit, found = next((unit, d) for unit, d in by_unit.items() if len(d) >= count and unit not in self._filed)
        self._filed.add(unit)
        taken = found[:count]
        self._drafts = [draft for draft in self._drafts if draft not in taken]
        return taken

    async def evaluate(self, drafts: list[Draft]) -> UUID:
        """Judge approved people as qualified; their unit."""
        units = await self._units(drafts)
        for draft in drafts:
            body = {"result": "qualified", "opinion": "试用期表现良好，同意。"}
            await self._must("POST", f"/reviews/{draft.id}/evaluation", _unit_admin(units[draft.id]), body)
        return units[drafts[0].id]

    async def hand_in(self, unit: UUID, on_paper: str) -> UUID:
        """A main list of everybody at a unit, handed in; `on_paper` makes a generated one ready for it."""
        admin = _unit_admin(unit)
        draft = await self._must("POST", "/qualified-lists", admin, {"cycle_id": self._cycle_id, "kind": "main"})
        path, body = f"/qualified-lists/{draft['id']}", {"responsible_person": "王建国"}
        frozen = await self._must("POST", f"{path}/generation", admin, body, version=draft["version"])
        connection = await asyncpg.connect(self.admin_dsn)
        await connection.execute(on_paper, UUID(draft["id"]))
        await connection.close()
        await self._must("POST", f"{path}/submission", admin, version=frozen["version"])
        return UUID(draft["id"])

    async def accept(self, unit: UUID, list_id: UUID) -> None:
        """Accept a list as its exam body, with one key, repeating while the outcome is not known."""
        connection = await asyncpg.connect(self.admin_dsn)
        query = "SELECT filing_body_id, version FROM declaration.qualified_list WHERE id = $1"
        row = await connection.fetchrow(query, list_id)
        await connection.close()
        assert row is not None
        body, version = row
        headers = self._headers(Actor("staff", new_id(), "zone_admin", body))
        headers |= {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"'}
        for _ in range(200):
            with suppress(aiohttp.ClientError, TimeoutError):
                url = f"{self._base}/filings/{list_id}/acceptance"
                async with self._session.post(url, headers=headers) as answer:
                    if answer.status < 300:
                        return
                    assert answer.status in (429, 502, 503, 504), await answer.text()
            await asyncio.sleep(0.2)
        raise AssertionError(f"the list of {unit} was never accepted")

    async def _insist(self, history: History, draft: Draft, verb: str, actor: Actor, version: int) -> None:
        path = f"/reviews/{draft.id}/approval" if verb == "approval" else f"/declarations/{draft.id}/submission"
        body = {"notice_version": 1, "accepted": True} if verb == "submission" else None
        headers = self._headers(actor) | {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"'}
        history.attempted.add(draft.id)
        for _ in range(200):
            try:
                async with self._session.post(self._base + path, json=body, headers=headers) as answer:
                    if answer.status < 300:
                        history.acknowledged.add(draft.id)
                        return
                    if answer.status not in (429, 502, 503, 504):
                        history.refused.append((answer.status, (await answer.text())[:300]))
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.2)
        history.refused.append((0, "gave up"))

    async def with_failpoint(self, service: str, role: str, failpoint: str) -> str:
        """Start a role anew with an armed failpoint; its part name. It may meet it before it is ready."""
        part = await self.halt(service, role)
        with suppress(StackError):
            await self.stack.start(service, role, extra_env={"FAILPOINT": failpoint})
        return part

    async def halt(self, service: str, role: str) -> str:
        """Stop a role; its part name."""
        part = f"{service}.{role}"
        if part in self.stack.processes.names():
            await self.stack.stop(part)
        return part

    async def must_die(self, part: str) -> None:
        """Wait until the failpoint has killed its process: a fault that was never met proves nothing."""
        await wait_until(lambda: self.is_dead(part), seconds=20, what=f"{part} to be killed")

    def is_dead(self, part: str) -> bool:
        """Whether a part's process has ended."""
        return part not in self.stack.processes.names() or self.stack.processes.exit_code(part) is not None

    async def revive(self, service: str, role: str) -> None:
        """Start a role again without any failpoint."""
        await self.halt(service, role)
        await self.stack.start(service, role)

    async def _units(self, drafts: list[Draft]) -> dict[UUID, UUID]:
        connection = await asyncpg.connect(self.admin_dsn)
        rows = await connection.fetch(
            "SELECT id, institution_id FROM declaration.declaration WHERE id = ANY($1)", [d.id for d in drafts]
        )
        await connection.close()
        return {row["id"]: row["institution_id"] for row in rows}

    async def _knows_key(self, actor: Actor) -> bool:
        async with self._session.get(f"{self._base}/cycles", headers=self._headers(actor)) as answer:
            return answer.status == 200

    async def _must(
        self, method: str, path: str, actor: Actor, json: Any = None, *, version: int | None = None
    ) -> dict[str, Any]:
        headers = self._headers(actor) | {"Idempotency-Key": str(uuid4())}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        async with self._session.request(method, self._base + path, json=json, headers=headers) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status < 300, body
            return body

    def _headers(self, actor: Actor) -> Headers:
        return {"Authorization": f"Bearer {issue(self._signing, actor, 'tiro', datetime.now(SHANGHAI), 3600)}"}


def _candidate(draft: Draft) -> Actor:
    return Actor("candidate", draft.person_id, "candidate")


def _unit_admin(unit: UUID) -> Actor:
    return Actor("staff", new_id(), "institution_business_admin", unit)
