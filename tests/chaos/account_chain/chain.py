"""A stack of the three services between which an institution gets its owner, and ways to break and mend it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg

from deploy.demo.candidate import graduate, log_in
from deploy.demo.offices import INSTITUTION, new_profile
from deploy.demo.staff import LoggedIn
from deploy.local.faults import StackError
from deploy.local.stack import Stack
from tests.integration.declaration.filing.paper import scan
from tests.support.waiting import wait_until

SERVICES = ("identity", "institution", "notification")

# What is half-made, as SQL over both schemas; every row is a fault.
_HALF_MADE = {
    "an institution without exactly one owner account": """
        SELECT i.id FROM institution.institution i LEFT JOIN identity.staff_account a
            ON a.scope_id = i.id AND a.role = 'institution_owner' AND a.state <> 'disabled'
        GROUP BY i.id HAVING count(a.staff_id) <> 1""",
    "an owner account without an institution": """
        SELECT a.staff_id FROM identity.staff_account a LEFT JOIN institution.institution i ON i.id = a.scope_id
        WHERE a.role = 'institution_owner' AND i.id IS NULL""",
    "a working owner of an institution that does not know it": """
        SELECT a.staff_id FROM identity.staff_account a JOIN institution.institution i ON i.id = a.scope_id
        WHERE a.role = 'institution_owner' AND a.state = 'active'
          AND (i.state = 'issued' OR i.responsibility_accepted_at IS NULL)""",
    "an institution activated by nobody": """
        SELECT i.id FROM institution.institution i WHERE i.state <> 'issued' AND NOT EXISTS (
            SELECT FROM identity.staff_account a
            WHERE a.scope_id = i.id AND a.responsibility_accepted_at IS NOT NULL)""",
    "a state that its steps do not end in": """
        SELECT i.id FROM institution.institution i JOIN LATERAL (
            SELECT to_state FROM institution.institution_step s WHERE s.institution_id = i.id
            ORDER BY version DESC LIMIT 1) last ON true WHERE last.to_state <> i.state""",
    "a step taken twice": """
        SELECT institution_id FROM institution.institution_step GROUP BY institution_id, step HAVING count(*) > 1""",
}
_UNSENT = {
    one: f"SELECT count(*) FROM {one}.outbox WHERE sent_at IS NULL AND parked_reason IS NULL" for one in SERVICES
}


@dataclass
class Chain:
    """A stack of three services, the zone's administrator, and ways to break and mend."""

    stack: Stack
    zone: LoggedIn

    async def issue(self, phone: str) -> str:
        """An institution with its owner's phone; its id."""
        body = {
            "name": f"江岸区虚构第{random.SystemRandom().randrange(10**9)}医院",
            "division_code": "420102",
            "institution_type": "clinic",
            "owner": {"name": "李主任", "phone": phone},
        }
        issued = await self.zone.api.post(f"{INSTITUTION}/institutions", body)
        return str(issued["id"])

    async def apply(self, phone: str) -> dict[str, Any]:
        """Somebody registers the own unit, and the zone claims the application; id and version (A20)."""
        applicant = (await log_in(self.zone.api, graduate(random.SystemRandom().randrange(10**6)))).api
        dice = random.SystemRandom()
        form = {
            "name": f"江岸区虚构第{dice.randrange(10**9)}诊所",
            "division_code": "420102",
            "institution_type": "clinic",
            "profile": new_profile(dice),
            "owner": {"name": "李主任", "phone": phone},
        }
        own = f"{INSTITUTION}/own-institution-applications"
        drafted = await applicant.post(own, form)
        await applicant.upload(f"{own}/{drafted['id']}/licence-image", scan(), "image/jpeg")
        sent = await applicant.post(f"{own}/{drafted['id']}/submission", version=drafted["version"])
        path = f"{INSTITUTION}/institution-applications/{drafted['id']}/claim"
        return await self.zone.api.post(path, version=sent["version"]) | {"id": drafted["id"]}

    async def approve(self, application: dict[str, Any]) -> dict[str, Any]:
        """The zone approves it."""
        path = f"{INSTITUTION}/institution-applications/{application['id']}/approval"
        return await self.zone.api.post(path, {}, version=application["version"])

    async def look(self, institution_id: str) -> dict[str, Any]:
        """The chain as the zone reads it."""
        return await self.zone.api.get(f"{INSTITUTION}/institutions/{institution_id}/account-chain")

    async def reaches(self, institution_id: str, stage: str) -> None:
        """Wait for a stage."""

        async def there() -> bool:
            return bool((await self.look(institution_id))["stage"] == stage)

        await wait_until(there, seconds=60, what=f"the chain to be {stage}")

    async def broken_at(self, service: str, role: str, failpoint: str, act: Callable[[], Awaitable[Any]]) -> Any:
        """Act, have the process killed at the step with what the act caused in its hands, start it again; what became
        of the act. A worker rests while the act is done, so that it meets the failpoint with that and not before."""
        part, armed = f"{service}.{role}", {"FAILPOINT": f"{failpoint}:kill"}
        await self.stack.stop(part)
        if role == "worker":
            outcome = await act()
            await wait_until(lambda: self._has_sent(service), seconds=30, what="the neighbours' news in the queues")
            with suppress(StackError):
                # It may be dead before it was ready.
                await self.stack.start(service, role, extra_env=armed)
            await wait_until(lambda: self._is_dead(part), seconds=30, what=f"{part} to be killed")
            await self._revive(service, role)
            return outcome
        await self.stack.start(service, role, extra_env=armed)
        acting = asyncio.ensure_future(act())
        await wait_until(lambda: self._is_dead(part), seconds=30, what=f"{part} to be killed")
        await self._revive(service, role)
        return await acting

    async def half_made(self) -> list[str]:
        """Sentences on what does not hold."""
        connection = await asyncpg.connect(self.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
        try:
            found = {name: await connection.fetch(query) for name, query in _HALF_MADE.items()}
            return [f"{len(rows)} x {name}" for name, rows in found.items() if rows]
        finally:
            await connection.close()

    async def _revive(self, service: str, role: str) -> None:
        part = f"{service}.{role}"
        if part in self.stack.processes.names():
            await self.stack.stop(part)
        await self.stack.start(service, role)

    async def _has_sent(self, resting: str) -> bool:
        """Whether everybody but the service whose worker rests has nothing left to publish."""
        connection = await asyncpg.connect(self.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
        try:
            left = [await connection.fetchval(query) for one, query in _UNSENT.items() if one != resting]
        finally:
            await connection.close()
        return bool(sum(left) == 0)

    def _is_dead(self, part: str) -> bool:
        names: list[str] = self.stack.processes.names()
        return part not in names or self.stack.processes.exit_code(part) is not None
