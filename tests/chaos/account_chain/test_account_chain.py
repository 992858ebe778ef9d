"""kill -9 at every step of the chain between institution and identity: issuing an institution invites its owner, whose
acceptance comes back. No kill leaves a half-made institution: one without a way to its owner, or a deaf one (C1)."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
import pytest_asyncio

from deploy.demo.__main__ import bootstrap
from deploy.demo.offices import IDENTITY, INSTITUTION
from deploy.demo.phones import new_phone, newest_text, texts
from deploy.demo.public_api import PublicApi, StepFailed
from deploy.demo.staff import LoggedIn, accept_invitation
from deploy.local.faults import StackError
from deploy.local.stack import Stack
from shared.ids import new_id
from tests.support.engines import environment_of
from tests.support.waiting import wait_until

HOME = Path(__file__).resolve().parents[3] / "var" / "tests" / "chain"
_SERVICES = ("identity", "institution", "notification")
_ZONE_PHONE = "13800000042"

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
    one: f"SELECT count(*) FROM {one}.outbox WHERE sent_at IS NULL AND parked_reason IS NULL" for one in _SERVICES
}
ISSUING = {
    "institution: before commit": ("institution", "api", "command.before_commit"),
    "institution: after commit": ("institution", "api", "command.after_commit"),
    "institution: claimed, not published": ("institution", "worker", "relay.after_claim"),
    "institution: published, not marked": ("institution", "worker", "relay.after_publish"),
    "institution: marked": ("institution", "worker", "relay.after_mark"),
    "identity: before the transaction": ("identity", "worker", "consumer.before_transaction"),
    "identity: before commit": ("identity", "worker", "consumer.before_commit"),
    "identity: after commit": ("identity", "worker", "consumer.after_commit"),
    "identity: acknowledged": ("identity", "worker", "consumer.after_ack"),
    "identity: invitation published, not marked": ("identity", "worker", "relay.after_publish"),
}
ACCEPTING = {
    "identity: claimed, not published": ("identity", "worker", "relay.after_claim"),
    "identity: published, not marked": ("identity", "worker", "relay.after_publish"),
    "institution: before commit": ("institution", "worker", "consumer.before_commit"),
    "institution: after commit": ("institution", "worker", "consumer.after_commit"),
    "institution: acknowledged": ("institution", "worker", "consumer.after_ack"),
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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chain() -> AsyncIterator[Chain]:
    """The stack, started once; every test leaves it healthy. Reconcilers hardly run: nothing may need mending."""
    seldom = {f"{one.upper()}_RECONCILING__{name}": "86400" for one in _SERVICES for name in ("EVERY", "KEPT_EVERY")}
    with environment_of(seldom):
        async with Stack(home=HOME, durable=False, services=_SERVICES, erase=True) as stack:
            await stack.start_engines()
            for service in _SERVICES:
                await stack.migrate(service)
            for service in _SERVICES:
                await stack.start(service, "api")
                await stack.start(service, "worker")
            await stack.start_mailbox()
            await stack.start_gateway()
            await bootstrap(stack, "甄考区", _ZONE_PHONE)
            async with aiohttp.ClientSession() as session:
                zone = await accept_invitation(PublicApi(stack.gateway_url, session), _ZONE_PHONE)
                yield Chain(stack, zone)


@pytest.mark.requirement("C1", "B5", "M2")
@pytest.mark.parametrize("step", ISSUING)
async def test_a_kill_while_issuing_leaves_no_half_made_institution(chain: Chain, step: str) -> None:
    """Whatever dies between the request and the invitation, the institution exists once, its owner is invited once, and
    can take over."""
    phone = new_phone()
    institution_id = await chain.broken_at(*ISSUING[step], lambda: chain.issue(phone))
    await chain.reaches(institution_id, "invited")
    await accept_invitation(chain.zone.api, phone)
    await chain.reaches(institution_id, "activated")
    assert await chain.half_made() == []


@pytest.mark.requirement("C1", "B6", "M2")
@pytest.mark.parametrize("step", ACCEPTING)
async def test_a_kill_while_accepting_leaves_no_half_made_institution(chain: Chain, step: str) -> None:
    """Whatever dies between the owner's acceptance and the institution, the responsibility arrives, once."""
    phone = new_phone()
    institution_id = await chain.issue(phone)
    await chain.reaches(institution_id, "invited")
    await chain.broken_at(*ACCEPTING[step], lambda: accept_invitation(chain.zone.api, phone))
    await chain.reaches(institution_id, "activated")
    assert (await chain.look(institution_id))["institution_state"] == "profile_incomplete"
    assert await chain.half_made() == []


@pytest.mark.requirement("C1", "V12")
async def test_who_loses_the_answer_of_the_acceptance_is_invited_again(chain: Chain) -> None:
    """The acceptance committed and its answer never came: the secret is used up, the second factor unknown; invited
    again, the owner takes over, on the same account."""
    phone = new_phone()
    institution_id = await chain.issue(phone)
    await chain.reaches(institution_id, "invited")

    text = await newest_text(chain.zone.api, phone, "SMS_TIRO_INVITE")
    lost = {"secret": text["parameters"]["code"], "phone": phone, "password": f"Tiro-{new_id()}"}
    await chain.zone.api.post(f"{IDENTITY}/staff-invitations/acceptance", lost | {"accept_responsibility": True})
    with pytest.raises(StepFailed, match="invitation_refused"):
        await accept_invitation(chain.zone.api, phone)
    await chain.reaches(institution_id, "accepted")
    last = (await texts(chain.zone.api, phone))[-1]["number"]
    owner = {"owner": {"name": "李主任", "phone": phone}}
    await chain.zone.api.post(f"{INSTITUTION}/institutions/{institution_id}/owner-invitation", owner)
    await accept_invitation(chain.zone.api, phone, after=last)
    await chain.reaches(institution_id, "activated")
    assert await chain.half_made() == []


@pytest.mark.requirement("C1", "V12")
async def test_an_invitation_to_a_wrong_phone_dies_with_the_next_one(chain: Chain) -> None:
    """The owner is invited anew on another phone: the secret that went to the first one is worth nothing, and only the
    second holder can take over."""
    wrong, right = new_phone(), new_phone()
    institution_id = await chain.issue(wrong)
    await chain.reaches(institution_id, "invited")
    owner = {"owner": {"name": "李主任", "phone": right}}
    await chain.zone.api.post(f"{INSTITUTION}/institutions/{institution_id}/owner-invitation", owner)
    await accept_invitation(chain.zone.api, right)
    with pytest.raises(StepFailed, match="invitation_refused"):
        await accept_invitation(chain.zone.api, wrong)
    await chain.reaches(institution_id, "activated")
    assert await chain.half_made() == []


@pytest.mark.requirement("C1")
async def test_the_invariants_see_a_half_made_institution(chain: Chain) -> None:
    """Control for the oracle: an owner account that disappears, and an acceptance that is forgotten, are both named."""
    phone = new_phone()
    institution_id = await chain.issue(phone)
    await accept_invitation(chain.zone.api, phone)
    await chain.reaches(institution_id, "activated")
    connection = await asyncpg.connect(chain.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
    try:
        await connection.execute(
            "UPDATE institution.institution SET responsibility_accepted_at = NULL WHERE id = $1", institution_id
        )
        assert await chain.half_made() == ["1 x a working owner of an institution that does not know it"]
        await connection.execute(
            "UPDATE institution.institution SET responsibility_accepted_at = now() WHERE id = $1", institution_id
        )
        await connection.execute(
            "UPDATE identity.staff_account SET state = 'disabled', disabled_at = now() WHERE scope_id = $1",
            institution_id,
        )
        assert await chain.half_made() == ["1 x an institution without exactly one owner account"]
        await connection.execute(
            "UPDATE identity.staff_account SET state = 'active', disabled_at = NULL WHERE scope_id = $1", institution_id
        )
    finally:
        await connection.close()
    assert await chain.half_made() == []
