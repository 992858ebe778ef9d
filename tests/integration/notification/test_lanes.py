"""Lanes of the sending loop: what hangs in one holds up no other, and what is in hand is seen through."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.notification.channels.smtp import SmtpLetters
from services.notification.delivering import deliver_until_stopped
from services.notification.dependencies import Dependencies
from services.notification.lanes import Claim, lanes_of, run_lane
from services.notification.settings import SmtpSettings
from services.notification.storage import deliveries
from services.notification.storage.deliveries import Delivery
from shared.clock import SystemClock
from shared.ids import PersonId, new_id
from shared.postgres.transaction import Transaction
from tests.integration.notification.email_codes import issue_email_code
from tests.integration.notification.sms_providers import ACCOUNT, Provider, approval, contact, provider
from tests.integration.notification.test_delivering import _issue_code
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

pytestmark = pytest.mark.requirement("G3")
PHONE, CODES = "19900003101", "19900003102"
_SLOTS = 5
_BY_MAIL = (
    "UPDATE notification_rule SET email = true, sms = false WHERE audience = 'candidate'",
    "UPDATE message_template SET email_subject = '申报结果' WHERE key = 'approved'",
)
_PREFERENCE = "INSERT INTO channel_preference VALUES ($1, 'declaration', false, false, true, $2)"
_TRIED_LETTERS = "SELECT count(*) FROM delivery WHERE channel = 'email' AND outcome_code IS NOT NULL"
_HANGING_LETTERS = "SELECT count(*) FROM delivery WHERE channel = 'email' AND state = 'sending'"
_STATES = "SELECT state, count(*)::int FROM delivery GROUP BY state"
_ANYTHING = deliveries._CLAIM_CODES.replace("AND channel = $4 AND at_most_once", "")
_ANY_CODE = deliveries._CLAIM_CODES.replace("AND channel = $4", "")


async def claim_anything(tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """One queue for all, by when they are due: what lanes are compared with."""
    return [Delivery(**row) for row in await tx.fetch(_ANYTHING, now, lease, limit)]


async def claim_any_code(tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Codes by SMS and by e-mail together."""
    return [Delivery(**row) for row in await tx.fetch(_ANY_CODE, now, lease, limit)]


@asynccontextmanager
async def delivering(
    deps: Dependencies, *, in_lanes: bool = True, common: Claim = claim_anything
) -> AsyncIterator[asyncio.Event]:
    """The loop, stopped at the end; not `in_lanes` it is one lane of what `common` claims."""
    stop = asyncio.Event()
    one = replace(lanes_of(deps, [])[0], name="common", slots=_SLOTS, claim=common)
    loop = deliver_until_stopped(deps, stop) if in_lanes else run_lane(deps, one, stop)
    task = asyncio.create_task(loop)
    try:
        yield stop
    finally:
        stop.set()
        await task


@asynccontextmanager
async def mute_mail_server() -> AsyncIterator[int]:
    """It accepts connections and never greets; its port."""
    open_ones: list[asyncio.StreamWriter] = []

    async def keep(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.append(writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in open_ones:
            writer.close()


def mail_channel(port: int) -> SmtpLetters:
    """Our side of a mail server, with four seconds of patience."""
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "notices@tiro.example", "timeout": 4}
    return SmtpLetters(SmtpSettings.model_validate(mail), SystemClock())


async def sending_to(serve: Serve, sms: Provider) -> ServiceUnderTest:
    """The service with an SMS provider and few slots."""
    login = {"SMS__ACCESS_KEY_ID": ACCOUNT.key_id, "SMS__ACCESS_KEY_SECRET": ACCOUNT.key_secret}
    slots = {f"SENDING__SLOTS__{lane}": str(_SLOTS) for lane in ("CODES", "MAIL_CODES", "TEXTS", "LETTERS")}
    service: ServiceUnderTest = await serve("notification", SMS__ENDPOINT=sms.endpoint, **login, **slots)
    return service


async def notices(service: ServiceUnderTest, count: int) -> None:
    """So many to one person, due now."""
    person = PersonId(new_id())
    await contact(service, person, PHONE)
    for _ in range(count):
        await approval(service, person)


async def letters(service: ServiceUnderTest, count: int) -> None:
    """So many to one person who chose e-mail, due now."""
    person = PersonId(new_id())
    await contact(service, person, PHONE, email="chen@mail.example")
    async with service.database.transaction() as tx:
        for statement in _BY_MAIL:
            await tx.execute(statement)
        await tx.execute(_PREFERENCE, person, service.clock.now())
    for _ in range(count):
        await approval(service, person)


async def count(service: ServiceUnderTest, query: str) -> int:
    """What a count says."""
    async with service.database.read() as reader:
        return int(await reader.fetchval(query))


@pytest.mark.parametrize("in_lanes", [True, False], ids=["lanes", "control: one common lane"])
async def test_a_mail_server_that_never_greets_holds_no_code_back(serve: Serve, in_lanes: bool) -> None:
    """Every slot of the letters hangs: a code is with the provider before the first letter has timed out. Control: in
    one common lane it comes only after that."""
    async with provider() as sms, mute_mail_server() as port:
        service = await sending_to(serve, sms)
        deps = replace(service.deps, letters=mail_channel(port))
        await letters(service, _SLOTS)

        async def hanging() -> bool:
            return await count(service, _HANGING_LETTERS) == _SLOTS

        async with delivering(deps, in_lanes=in_lanes):
            await wait_until(hanging, what="every letter hangs")
            await _issue_code(service, CODES)
            await wait_until(lambda: sms.asked == 1, what="the code is handed over")
            assert (await count(service, _TRIED_LETTERS) == 0) is in_lanes
        assert len(await sms.texts(CODES)) == 1


@pytest.mark.parametrize("in_lanes", [True, False], ids=["lanes", "control: one lane of codes"])
async def test_a_mail_server_that_never_greets_holds_back_codes_by_mail_alone(serve: Serve, in_lanes: bool) -> None:
    """More codes wait for it than there are slots: those by SMS are with the provider before the first letter has timed
    out. Control: with one lane for both they come only after that."""
    async with provider() as sms, mute_mail_server() as port:
        service = await sending_to(serve, sms)
        deps = replace(service.deps, letters=mail_channel(port))
        for number in range(_SLOTS + 1):
            await issue_email_code(service, f"chen{number}@mail.example")

        async def hanging() -> bool:
            return await count(service, _HANGING_LETTERS) == _SLOTS

        async with delivering(deps, in_lanes=in_lanes, common=claim_any_code):
            await wait_until(hanging, what="every slot hangs")
            for _ in range(3):
                await _issue_code(service, CODES)
            await wait_until(lambda: sms.asked == 3, what="the codes are handed over")
            assert (await count(service, _TRIED_LETTERS) == 0) is in_lanes
        assert len(await sms.texts(CODES)) == 3


@pytest.mark.parametrize("in_lanes", [True, False], ids=["lanes", "control: one common lane"])
async def test_a_code_does_not_wait_behind_notices(serve: Serve, in_lanes: bool) -> None:
    """Two hundred notices are due, and then a code: it goes while most of them wait. Control: in one common lane it
    goes after them."""
    async with provider() as sms:
        sms.fault = "slow"
        service = await sending_to(serve, sms)
        await notices(service, 200)
        await _issue_code(service, CODES)

        async def arrived() -> bool:
            return len(await sms.texts(CODES)) == 1

        async with delivering(service.deps, in_lanes=in_lanes):
            await wait_until(arrived, seconds=60, what="the code arrives")
            before = sms.asked - 1
        assert before < 50 if in_lanes else before > 200 - 2 * _SLOTS


async def test_a_stop_sees_through_what_is_in_hand(serve: Serve) -> None:
    """Told to stop while every slot is busy: what was handed over is settled, nothing more is claimed."""
    async with provider() as sms:
        sms.fault = "slow"
        service = await sending_to(serve, sms)
        await notices(service, 4 * _SLOTS)
        async with delivering(service.deps) as stop:
            await wait_until(lambda: sms.asked >= _SLOTS, what="the slots are busy")
            stop.set()
        async with service.database.read() as reader:
            states = dict(tuple(row) for row in await reader.fetch(_STATES))
        assert states == {"sent": sms.asked, "pending": 4 * _SLOTS - sms.asked}
        assert sms.asked <= 3 * _SLOTS


async def test_a_fault_in_one_lane_ends_the_loop_after_all_that_is_in_hand(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no outage is not gone on with: the loop ends with it, and no other lane leaves anything unsettled."""
    async with provider() as sms:
        sms.fault = "slow"
        service = await sending_to(serve, sms)
        await notices(service, _SLOTS)
        await _issue_code(service, CODES)
        real = service.deps.catalogue.template

        async def broken(key: str, language: str, version: int) -> object:
            if key == "login_code":
                raise LookupError(key)
            return await real(key, language, version)

        monkeypatch.setattr(service.deps.catalogue, "template", broken)
        stop = asyncio.Event()
        with pytest.raises(LookupError):
            await deliver_until_stopped(service.deps, stop)
        assert stop.is_set()
        async with service.database.read() as reader:
            states = dict(tuple(row) for row in await reader.fetch(_STATES))
        assert states.pop("sending") == 1
        assert states.keys() <= {"sent", "pending"}
        assert states.get("sent", 0) == sms.asked
