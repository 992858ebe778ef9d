"""People who declare and leave at once, over the public interface of both services, and never give up."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from deploy.local.faults import StackError
from shared.actor import Actor
from shared.ids import new_id
from tests.chaos.saga import History, Saga
from tests.support import ready_drafts
from tests.support.ready_drafts import Draft
from tests.support.waiting import wait_until

WAYS = ("unbind", "release", "change")
# What institution would have told of, had these people come the whole way.
_SEED = (
    "INSERT INTO institution.division (code, name, level, current, statistical)"
    " VALUES ('420102', '江岸区', 'county', true, true)",
    "INSERT INTO institution.exam_body (id, version, level, path, code, name, state, created_at)"
    " SELECT DISTINCT filing_body_id, 1, 'zone', filing_body_path, '42', '虚构考区', 'active', now()"
    " FROM declaration.known_institution",
    "INSERT INTO institution.institution (id, version, state, origin, name, name_key, division_code, institution_type,"
    " filing_body_id, filing_body_path, profile_complete, created_at, updated_at, state_changed_at)"
    " SELECT institution_id, version, state, 'issued', name, name, division_code, institution_type, filing_body_id,"
    " filing_body_path, true, now(), now(), now() FROM declaration.known_institution",
    "INSERT INTO institution.known_person SELECT person_id, version, name_masked, document_type, document_no_masked,"
    " verified_at FROM declaration.known_person",
    "INSERT INTO institution.binding (id, version, person_id, institution_id, state, bound_at)"
    " SELECT binding_id, version, person_id, institution_id, state, bound_at FROM declaration.known_binding",
)
_BOUND = "SELECT id, institution_id FROM institution.binding WHERE person_id = $1 AND state = 'active'"
_FIRST_TWO = "SELECT id FROM institution.institution ORDER BY id LIMIT 2"
_ELSEWHERE = "SELECT id FROM institution.institution WHERE id <> $1 ORDER BY id LIMIT 1"


@dataclass
class Left:
    """Who left, and who was refused because a declaration holds."""

    left: set[UUID] = field(default_factory=set)
    held: set[UUID] = field(default_factory=set)


class Race(Saga):
    """The saga with a third service in it."""

    async def prepare(self, drafts: int) -> None:
        """Bound people with complete drafts, known to all three."""
        self._codes: dict[UUID, str] = {}
        await ready_drafts.trust(self.stack, self._signing, ("institution",))
        await super().prepare(drafts)
        connection = await asyncpg.connect(self.admin_dsn)
        for statement in _SEED:
            await connection.execute(statement)
        await connection.close()
        self._institution = f"{self.stack.gateway_url}/api/institution/v1"
        await wait_until(self._institution_knows_key, what="institution to know the signing key")
        # Asked for before anything is killed: every change goes to one of these two.
        for unit in await self._column(_FIRST_TWO):
            self._codes[unit] = await self._rotated(unit)

    async def _column(self, query: str) -> list[Any]:
        connection = await asyncpg.connect(self.admin_dsn)
        rows = await connection.fetch(query)
        await connection.close()
        return [row[0] for row in rows]

    async def _institution_knows_key(self) -> bool:
        headers = self._headers(Actor("candidate", new_id(), "candidate"))
        async with self._session.get(f"{self._institution}/bindings/current", headers=headers) as answer:
            return answer.status == 200

    async def meet(self, drafts: Sequence[Draft], history: History, left: Left) -> None:
        """Everybody submits and leaves at once, a third of them by each way."""
        await asyncio.gather(
            self.submit(list(drafts), history),
            *(self.leave(draft, WAYS[n % 3], left) for n, draft in enumerate(drafts)),
        )

    async def leave(self, draft: Draft, way: str, left: Left) -> None:
        """Unbind, be released, or change, repeating with one key while the outcome is not known."""
        connection = await asyncpg.connect(self.admin_dsn)
        bound = await connection.fetchrow(_BOUND, draft.person_id)
        assert bound is not None
        elsewhere = await connection.fetchval(_ELSEWHERE, bound["institution_id"])
        await connection.close()
        path, actor, body = await self._way(draft, way, bound, elsewhere)
        headers = self._headers(actor) | {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
        for _ in range(200):
            try:
                async with self._session.post(self._institution + path, json=body, headers=headers) as answer:
                    if answer.status < 300:
                        left.left.add(draft.person_id)
                        return
                    if answer.status not in (429, 502, 503, 504):
                        code = (await answer.json())["code"]
                        assert code.startswith("declaration_"), code
                        left.held.add(draft.person_id)
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.2)
        raise AssertionError(f"gave up: {way}")

    async def _way(
        self, draft: Draft, way: str, bound: Any, elsewhere: UUID
    ) -> tuple[str, Actor, dict[str, Any] | None]:
        candidate = Actor("candidate", draft.person_id, "candidate")
        if way == "unbind":
            return f"/bindings/{bound['id']}/end", candidate, None
        if way == "release":
            unit = bound["institution_id"]
            admin = Actor("staff", new_id(), "institution_business_admin", unit)
            return f"/institutions/{unit}/bindings/{bound['id']}/release", admin, {"reason": "已离开本单位"}
        return "/bindings/change", candidate, {"institution_id": str(elsewhere), "code": self._codes[elsewhere]}

    async def _rotated(self, unit: UUID) -> str:
        headers = self._headers(Actor("staff", new_id(), "institution_owner", unit))
        path = f"{self._institution}/institutions/{unit}/confirmation-code/rotation"
        async with self._session.post(path, json={}, headers=headers | {"Idempotency-Key": str(uuid4())}) as answer:
            assert answer.status < 300, await answer.text()
            return str((await answer.json())["code"])

    async def rest(self, *parts: str) -> None:
        """Stop roles that run."""
        for part in parts:
            if part in self.stack.processes.names():
                await self.stack.stop(part)

    async def wake(self, part: str, failpoint: str = "") -> None:
        """Start a role that rests, with a failpoint if one is named: that one may die before it is ready."""
        service, role = part.split(".")
        if not failpoint:
            await self.stack.start(service, role)
            return
        with suppress(StackError):
            await self.stack.start(service, role, extra_env={"FAILPOINT": failpoint})

    async def value(self, query: str, *arguments: object) -> Any:
        """One value, as the administrator."""
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()
