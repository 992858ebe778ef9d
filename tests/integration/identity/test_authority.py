"""The authority's check behind the card: asked over real HTTP, three-valued, asked again while it does not answer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.identity.confirming import confirm_once
from services.identity.ocr.card_reader import CardReader
from services.identity.storage import recognition_jobs
from shared.clock import FrozenClock
from shared.contracts.identity import PersonVerified, VerificationFailed
from shared.ids import new_id
from tests.integration.identity.cards import card, claim, read_all, with_photos
from tests.integration.identity.people import phone_number, some_morning
from tests.support.engines import Engines
from tests.support.fake_authorities import (
    ACCOUNT,
    BROKEN,
    CUT,
    GARBAGE,
    HANG,
    HUGE,
    REDIRECT,
    FakeAuthority,
    fake_authority,
)
from tests.support.lost_keys import lose_key
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

SAYS: dict[str, dict[str, Any]] = {
    "aliyun": {
        "match": {"Code": "200", "ResultObject": {"BizCode": "1"}},
        "mismatch": {"Code": "200", "ResultObject": {"BizCode": "2"}},
        "no_record": {"Code": "200", "ResultObject": {"BizCode": "3"}},
        "service": {"Code": "402"},
        "daily_limit": {"Code": "403"},
    },
    "tencent": {
        "match": {"Response": {"Result": "0", "Description": "", "RequestId": "r"}},
        "mismatch": {"Response": {"Result": "-1", "Description": "", "RequestId": "r"}},
        "no_record": {"Response": {"Result": "-5", "Description": "", "RequestId": "r"}},
        "service": {"Response": {"Result": "-6", "Description": "", "RequestId": "r"}},
        "daily_limit": {"Response": {"Result": "-7", "Description": "", "RequestId": "r"}},
    },
}
PROVIDERS = pytest.mark.parametrize("provider", ["aliyun", "tencent"])


async def with_authority(
    serve: Serve, provider: str, fake: FakeAuthority, clock: FrozenClock, **more: str
) -> ServiceUnderTest:
    """Identity that asks the fake."""
    settings = {
        "AUTHORITY__PROVIDER": provider,
        "AUTHORITY__ENDPOINT": fake.url,
        "AUTHORITY__KEY_ID": ACCOUNT.key_id,
        "AUTHORITY__KEY_SECRET": ACCOUNT.key_secret,
        "AUTHORITY__ALLOWED_HOSTS": '["127.0.0.1"]',
        "AUTHORITY__ALLOWED_NETWORKS": '["127.0.0.0/8"]',
        "AUTHORITY__SECONDS": "1",
    }
    service = await serve("identity", clock, **(settings | more))
    assert isinstance(service, ServiceUnderTest)
    return service


async def read_card(service: ServiceUnderTest, reader: CardReader, seed: int = 1) -> Caller:
    """A person whose card was read and agrees."""
    person, _, _ = card(seed)
    caller = await with_photos(service, phone_number(seed), seed)
    assert (await claim(caller, person.name, person.id_number)).status == 202
    await read_all(service, reader)
    return caller


async def standing(caller: Caller) -> tuple[str, str | None, int]:
    """(state, reason, attempts left today)."""
    shown = (await caller.get("/verification")).body
    return shown["state"], shown["reason"] and shown["reason"]["code"], shown["attempts_left"]["today"]


@pytest.mark.requirement("V30", "A8")
@PROVIDERS
@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("match", ("verified", None, 3)),
        ("mismatch", ("auto_failed", "authority_mismatch", 2)),
        ("no_record", ("auto_failed", "authority_no_record", 3)),
    ],
)
async def test_the_authority_has_three_answers(
    serve: Serve, card_reader: CardReader, provider: str, says: str, expected: tuple[str, str | None, int]
) -> None:
    """A match verifies, a mismatch refuses and counts, no record counts nothing and leads to a reviewer; the question
    holds exactly name and number, rightly signed."""
    async with fake_authority() as fake:
        service = await with_authority(serve, provider, fake, some_morning())
        fake.says([SAYS[provider][says]])
        caller = await read_card(service, card_reader)
        waiting = (await caller.get("/verification")).body
        assert (waiting["state"], waiting["progress"]["step"]) == ("auto_checking", "confirming")
        assert await confirm_once(service.deps)
        assert not await confirm_once(service.deps)
        assert await standing(caller) == expected
        person, _, _ = card(1)
        assert fake.asked == [(person.name, person.id_number)]
        if says == "no_record":
            assert "start_manual" in (await caller.get("/verification")).body["next_actions"]
        verified = len(await service.published(PersonVerified))
        failed = len(await service.published(VerificationFailed))
        assert (verified, failed) == ((1, 0) if says == "match" else (0, 1))


@pytest.mark.requirement("V30", "V67")
@PROVIDERS
async def test_no_answer_is_no_verdict(serve: Serve, card_reader: CardReader, provider: str) -> None:
    """Service faults, silence, cuts, nonsense, floods, redirects and status 500 leave the person waiting, cost nothing,
    and are asked again after growing pauses until an answer comes. Nobody follows the redirect."""
    clock = some_morning()
    async with fake_authority() as fake:
        service = await with_authority(serve, provider, fake, clock)
        no_answers = [SAYS[provider]["service"], BROKEN, CUT, GARBAGE, REDIRECT, HUGE, HANG]
        fake.says([*no_answers, SAYS[provider]["match"]])
        await read_card(service, card_reader)
        pauses = [30, 60, 120, 240, 480, 960, 1920]
        for pause in pauses:
            assert await confirm_once(service.deps)
            async with service.database.read() as reader:
                assert await reader.fetchval("SELECT state FROM identity_verification") == "auto_checking"
            clock.advance(timedelta(seconds=pause - 1))
            assert not await confirm_once(service.deps)
            clock.advance(timedelta(seconds=1))
        assert await confirm_once(service.deps)
        async with service.database.read() as reader:
            assert await reader.fetchval("SELECT state FROM identity_verification") == "verified"
            assert await reader.fetchval("SELECT failures_in_all FROM identity_verification") == 0
        assert (len(fake.asked), fake.lured) == (len(no_answers) + 1, 0)
        assert not await service.published(VerificationFailed)


@pytest.mark.requirement("V30", "V58")
async def test_a_claim_whose_key_was_lost_keeps_nobody_waiting(
    serve: Serve, engines: Engines, card_reader: CardReader
) -> None:
    """The neighbour is asked about and verified, nothing is raised, the authority hears nothing of the other claim, and
    after the tries its holder is asked to prove again, which counts nothing."""
    clock = some_morning()
    async with fake_authority() as fake:
        service = await with_authority(serve, "aliyun", fake, clock)
        fake.says([SAYS["aliyun"]["match"]])
        lost, neighbour = await read_card(service, card_reader, 1), await read_card(service, card_reader, 2)
        await lose_key(engines, UUID((await lost.get("/me")).body["person_id"]))
        service.deps.subject_keys._known.clear()
        while await confirm_once(service.deps):
            pass
        assert await standing(neighbour) == ("verified", None, 3)
        state = "SELECT state FROM identity_verification ORDER BY state"
        async with service.database.read() as reader:
            assert [row["state"] for row in await reader.fetch(state)] == ["auto_checking", "verified"]
        for _ in range(service.settings.recognition.tries):
            clock.advance(timedelta(hours=1))
            await confirm_once(service.deps)
        assert len(fake.asked) == 1
        assert [one.reason_code for one in await service.published(VerificationFailed)] == ["recognition_failed"]
        async with service.database.read() as reader:
            assert [row["state"] for row in await reader.fetch(state)] == ["auto_failed", "verified"]


@pytest.mark.requirement("V30", "V58")
async def test_an_outage_spends_no_tries_of_a_lost_key(serve: Serve, engines: Engines, card_reader: CardReader) -> None:
    """After as many unanswered questions as there are tries, a claim that does not open waits for its key all the same,
    for every one of the tries."""
    clock = some_morning()
    async with fake_authority() as fake:
        service = await with_authority(serve, "aliyun", fake, clock)
        tries = service.settings.recognition.tries
        fake.says([BROKEN] * tries)
        person_id = UUID((await (await read_card(service, card_reader)).get("/me")).body["person_id"])
        for _ in range(tries):
            assert await confirm_once(service.deps)
            clock.advance(timedelta(hours=1))
        await lose_key(engines, person_id)
        service.deps.subject_keys._known.clear()
        for _ in range(tries):
            async with service.database.read() as reader:
                assert await reader.fetchval("SELECT state FROM identity_verification") == "auto_checking"
            assert await confirm_once(service.deps)
            clock.advance(timedelta(hours=1))
        assert len(fake.asked) == tries
        assert [one.reason_code for one in await service.published(VerificationFailed)] == ["recognition_failed"]


@pytest.mark.requirement("V30")
@PROVIDERS
async def test_a_daily_limit_waits_the_longest_pause(serve: Serve, card_reader: CardReader, provider: str) -> None:
    """After a limit of the day the next question waits an hour at once, and the person may look at any time."""
    clock = some_morning()
    async with fake_authority() as fake:
        service = await with_authority(serve, provider, fake, clock)
        fake.says([SAYS[provider]["daily_limit"], SAYS[provider]["match"]])
        await read_card(service, card_reader)
        assert await confirm_once(service.deps)
        clock.advance(timedelta(minutes=59))
        assert not await confirm_once(service.deps)
        clock.advance(timedelta(minutes=1))
        assert await confirm_once(service.deps)
        assert len(await service.published(PersonVerified)) == 1


@pytest.mark.requirement("V30")
@PROVIDERS
async def test_control_a_wrong_secret_verifies_nobody(serve: Serve, card_reader: CardReader, provider: str) -> None:
    """Control for the signature: with another secret the fake answers no question, and nobody is verified or failed."""
    async with fake_authority() as fake:
        service = await with_authority(serve, provider, fake, some_morning(), AUTHORITY__KEY_SECRET="another")
        fake.says([SAYS[provider]["match"]])
        caller = await read_card(service, card_reader)
        assert await confirm_once(service.deps)
        assert (await standing(caller), fake.asked) == (("auto_checking", None, 3), [])


async def test_an_asker_that_dies_loses_no_question(serve: Serve, card_reader: CardReader) -> None:
    """A question taken by a copy that died is asked again after the lease; what the dead one says is dropped."""
    clock = some_morning()
    async with fake_authority() as fake:
        service = await with_authority(serve, "aliyun", fake, clock)
        fake.says([SAYS["aliyun"]["match"]])
        await read_card(service, card_reader)
        now = clock.now()
        async with service.database.transaction() as tx:
            dead = await recognition_jobs.update_taken(tx, new_id(), now, now + timedelta(minutes=2), "authority")
        assert dead is not None
        assert not await confirm_once(service.deps)
        clock.advance(timedelta(minutes=2))
        assert await confirm_once(service.deps)
        async with service.database.transaction() as tx:
            assert not await recognition_jobs.update_finished(tx, dead, "authority_mismatch", clock.now())
        assert len(await service.published(PersonVerified)) == 1
        async with service.database.read() as reader:
            row = await reader.fetchrow("SELECT state, claim_sealed, details_sealed FROM recognition_job")
            assert tuple(row or ()) == ("finished", None, None)


async def test_switched_off_the_card_alone_decides(serve: Serve, card_reader: CardReader) -> None:
    """What still waits when the authority is switched off is decided by the card, as it is for everybody then."""
    async with fake_authority() as fake:
        service = await with_authority(serve, "tencent", fake, some_morning())
        await read_card(service, card_reader)
        assert await confirm_once(replace(service.deps, authority=None))
        assert (len(fake.asked), len(await service.published(PersonVerified))) == (0, 1)
