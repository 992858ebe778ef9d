"""kill -9 at every step of the chain between institution and identity: issuing an institution invites its owner, whose
acceptance comes back. No kill leaves a half-made institution: one without a way to its owner, or a deaf one (C1)."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest
import pytest_asyncio

from deploy.demo.__main__ import bootstrap
from deploy.demo.offices import IDENTITY, INSTITUTION
from deploy.demo.phones import new_phone, newest_text, texts
from deploy.demo.public_api import PublicApi, StepFailed
from deploy.demo.staff import accept_invitation
from deploy.local.stack import Stack
from shared.ids import new_id
from tests.chaos.account_chain.chain import SERVICES, Chain
from tests.support.engines import environment_of

HOME = Path(__file__).resolve().parents[3] / "var" / "tests" / "chain"
_ZONE_PHONE = "13800000042"

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
APPROVING = tuple(step for step, (service, _, _) in ISSUING.items() if service == "institution")[:3]
"""From the request to the relay; what follows is the same invitation."""
ACCEPTING = {
    "identity: claimed, not published": ("identity", "worker", "relay.after_claim"),
    "identity: published, not marked": ("identity", "worker", "relay.after_publish"),
    "institution: before commit": ("institution", "worker", "consumer.before_commit"),
    "institution: after commit": ("institution", "worker", "consumer.after_commit"),
    "institution: acknowledged": ("institution", "worker", "consumer.after_ack"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chain() -> AsyncIterator[Chain]:
    """The stack, started once; every test leaves it healthy. Reconcilers hardly run: nothing may need mending."""
    seldom = {f"{one.upper()}_RECONCILING__{name}": "86400" for one in SERVICES for name in ("EVERY", "KEPT_EVERY")}
    with environment_of(seldom):
        async with Stack(home=HOME, durable=False, services=SERVICES, erase=True) as stack:
            await stack.start_engines()
            for service in SERVICES:
                await stack.migrate(service)
            for service in SERVICES:
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


@pytest.mark.requirement("C1", "A20", "M2")
@pytest.mark.parametrize("step", APPROVING)
async def test_a_kill_while_approving_leaves_no_half_made_institution(chain: Chain, step: str) -> None:
    """Whatever dies while an application is approved, the institution is approved once and its owner invited once."""
    phone = new_phone()
    application = await chain.apply(phone)
    await chain.broken_at(*ISSUING[step], lambda: chain.approve(application))
    await chain.reaches(application["id"], "invited")
    await accept_invitation(chain.zone.api, phone)
    await chain.reaches(application["id"], "completed")
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
