"""Logging in by phone and one-time code: limits that hold under any parallelism, and nothing that tells who exists."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.identity.credentials.one_time_codes import code_mac
from services.identity.domain.caller import Caller as From
from services.identity.domain.code_life import CODE_LIFE
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import Refused
from services.identity.use_cases.signing_in.issue_login_code import issue_login_code
from services.identity.use_cases.signing_in.redeem_code import redeem_code
from shared.contracts.identity import LoginCodeIssued, PersonContactChanged
from shared.security.blind_index import blind_index
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.people import (
    PHONE,
    ask_for_code,
    candidate,
    log_in,
    other_than,
    phone_number,
    some_morning,
    try_code,
)
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A4", "V1")
async def test_the_right_code_logs_in_once(serve: Serve) -> None:
    """The right code opens one session; used again it is refused like a wrong one."""
    service = await serve("identity", some_morning())
    challenge_id, code = await ask_for_code(service)
    first = await try_code(service, challenge_id, code)
    again = await try_code(service, challenge_id, code)
    assert (first.status, again.status, again.code) == (201, 401, "login_code_refused")
    assert first.body["verification_state"] == "unverified"
    assert first.body["expires_in"] <= 600


@pytest.mark.requirement("A4", "V1")
async def test_a_code_dies_after_five_minutes(serve: Serve) -> None:
    """At 5 min the code is refused, a second before it is not."""
    assert timedelta(minutes=5) == CODE_LIFE
    clock = some_morning()
    service = await serve("identity", clock)
    challenge_id, code = await ask_for_code(service)
    clock.advance(CODE_LIFE - timedelta(seconds=1))
    other = await ask_for_code(service)
    assert (await try_code(service, challenge_id, code)).status == 201
    clock.advance(CODE_LIFE)
    assert (await try_code(service, *other)).code == "login_code_refused"


@pytest.mark.requirement("V1", "V50", "V51")
async def test_codes_and_phones_never_rest_in_clear(serve: Serve) -> None:
    """Neither code nor phone is found in any table, the outbox included."""
    service = await serve("identity", some_morning())
    challenge_id, code = await ask_for_code(service)
    assert (await try_code(service, challenge_id, code)).status == 201
    async with service.database.read() as reader:
        tables = [
            r["table_name"]
            for r in await reader.fetch(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity'"
            )
        ]
        assert {"person", "login_challenge", "outbox", "audit_entry"} <= set(tables)
        for table in tables:
            rows = await reader.fetch(f"SELECT t::text AS whole FROM {table} t")
            text = "\n".join(row["whole"] for row in rows)
            assert PHONE not in text, table
            assert PHONE.encode().hex() not in text, table
            # Six digits may occur inside a number or a hash by chance; alone they are the code.
            assert f'"{code}"' not in text, table


@pytest.mark.requirement("V4")
async def test_codes_are_sent_once_a_minute_five_an_hour_ten_a_day(serve: Serve) -> None:
    """Asked every ten seconds for a day and a half, one phone never gets more than the three limits allow."""
    clock = some_morning()
    service = await serve("identity", clock, LOGIN_CODE__PER_ADDRESS_AND_HOUR="100000")
    sent = []
    start = clock.now()
    while clock.now() < start + timedelta(hours=30):
        answer = await service.anonymous().post("/login-codes", {"phone": PHONE})
        if answer.status == 202:
            sent.append(clock.now())
            wait = answer.body["resend_after_seconds"]
        else:
            assert answer.status == 429
            wait = int(answer.headers["Retry-After"])
        # A second before the time that was told nothing is sent; at that time it is.
        clock.advance(timedelta(seconds=wait - 1))
        assert (await service.anonymous().post("/login-codes", {"phone": PHONE})).status == 429
        clock.advance(timedelta(seconds=1))
    for count, window in ((1, timedelta(minutes=1)), (5, timedelta(hours=1)), (10, timedelta(hours=24))):
        for moment in sent:
            assert sum(moment <= other < moment + window for other in sent) <= count
    assert len(sent) >= 12
    assert len(await service.published(LoginCodeIssued)) == len(sent)


@pytest.mark.requirement("V4", "V6")
async def test_one_address_can_not_ask_for_many_phones(serve: Serve) -> None:
    """The limit per address holds over all phones, and answers with the time to wait."""
    service = await serve("identity", some_morning(), LOGIN_CODE__PER_ADDRESS_AND_HOUR="3")
    answers = [await service.anonymous().post("/login-codes", {"phone": phone_number(n)}) for n in range(4)]
    assert [a.status for a in answers] == [202, 202, 202, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.requirement("V6")
async def test_known_and_unknown_phones_get_the_same_answers(serve: Serve) -> None:
    """Status, fields and headers are alike for a phone that has an account and one that has not."""
    clock = some_morning()
    service = await serve("identity", clock)
    await log_in(service)
    clock.advance(timedelta(minutes=2))
    known = await service.anonymous().post("/login-codes", {"phone": PHONE})
    unknown = await service.anonymous().post("/login-codes", {"phone": phone_number(1)})
    assert known.status == unknown.status == 202
    assert known.body.keys() == unknown.body.keys()
    assert known.body["resend_after_seconds"] == unknown.body["resend_after_seconds"]
    ignored = {"x-request-id", "date"}
    kept = [{k: v for k, v in a.headers.items() if k.lower() not in ignored} for a in (known, unknown)]
    assert kept[0] == kept[1]


@pytest.mark.requirement("V2", "V3")
async def test_a_hundred_wrong_guesses_at_once_are_five(serve: Serve) -> None:
    """Of 100 parallel wrong guesses 5 are evaluated, and the right code is worth nothing afterwards."""
    service = await serve("identity", some_morning())
    challenge_id, code = await ask_for_code(service)
    answers = await asyncio.gather(*(try_code(service, challenge_id, other_than(code)) for _ in range(100)))
    assert {a.code for a in answers} == {"login_code_refused"}
    async with service.database.read() as reader:
        evaluated = await reader.fetchval(
            "SELECT attempts FROM login_challenge WHERE challenge_id = $1", UUID(challenge_id)
        )
        counted = await reader.fetchval("SELECT cardinality(wrong_at) FROM login_guard")
        audited = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'login_code.guess'")
    assert (evaluated, counted, audited) == (5, 5, 5)
    assert (await try_code(service, challenge_id, code)).code == "login_code_refused"


@pytest.mark.requirement("V3")
async def test_a_hundred_right_guesses_at_once_are_one_session(serve: Serve) -> None:
    """Of 100 parallel right guesses one opens a session, and one person becomes known."""
    service = await serve("identity", some_morning())
    challenge_id, code = await ask_for_code(service)
    answers = await asyncio.gather(*(try_code(service, challenge_id, code) for _ in range(100)))
    assert sorted(a.status for a in answers) == [201] + [401] * 99
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM session") == 1
        assert await reader.fetchval("SELECT count(*) FROM person") == 1
    assert len(await service.published(PersonContactChanged)) == 1


@pytest.mark.requirement("V3")
async def test_without_the_single_step_the_race_is_lost(serve: Serve) -> None:
    """Negative control: looking first and counting afterwards lets more than five guesses and one login through."""
    service = await serve("identity", some_morning())
    challenge_id, code = await ask_for_code(service)
    all_have_looked = asyncio.Barrier(8)

    async def naive(guess: str) -> tuple[bool, bool]:
        """(evaluated, let in) when the look and the count are two steps."""
        mac = code_mac(service.keyring, UUID(challenge_id), "login", PHONE, guess)
        async with service.database.transaction() as tx:
            row = await tx.fetchrow(
                "SELECT attempts, code_mac, consumed_at FROM login_challenge WHERE challenge_id = $1",
                UUID(challenge_id),
            )
            assert row is not None
            await all_have_looked.wait()
            if row["attempts"] >= 5 or row["consumed_at"] is not None:
                return False, False
            await tx.execute(
                "UPDATE login_challenge SET attempts = attempts + 1 WHERE challenge_id = $1", UUID(challenge_id)
            )
            return True, row["code_mac"] == mac

    wrong = await asyncio.gather(*(naive(other_than(code)) for _ in range(8)))
    assert sum(evaluated for evaluated, _ in wrong) == 8
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE login_challenge SET attempts = 0")
    right = await asyncio.gather(*(naive(code) for _ in range(8)))
    assert sum(let_in for _, let_in in right) == 8


@pytest.mark.requirement("V2")
async def test_wrong_guesses_add_up_over_codes_to_ten_a_day(serve: Serve) -> None:
    """However codes and clock are combined, 24 hours never hold more than ten evaluated wrong guesses."""
    clock = some_morning()
    service = await serve("identity", clock, LOGIN_CODE__PER_ADDRESS_AND_HOUR="100000")
    start = clock.now()
    while clock.now() < start + timedelta(hours=50):
        asked = await service.anonymous().post("/login-codes", {"phone": PHONE})
        if asked.status == 429:
            clock.advance(timedelta(seconds=int(asked.headers["Retry-After"])))
            continue
        for _ in range(7):
            answer = await try_code(service, asked.body["challenge_id"], "000000")
            assert answer.status in (401, 429)
        # Both expiries are passed closely: the code's, and that of the first wrong guess.
        clock.advance(CODE_LIFE + timedelta(seconds=1))
    async with service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT (entry::jsonb ->> 'at')::timestamptz AS at FROM audit_entry WHERE action = 'login_code.guess'"
        )
    guesses = [row["at"] for row in rows]
    assert len(guesses) >= 20
    for moment in guesses:
        assert sum(moment <= other < moment + timedelta(hours=24) for other in guesses) <= 10


@pytest.mark.requirement("V8")
async def test_a_code_serves_its_own_purpose_phone_and_challenge_only(serve: Serve) -> None:
    """Every exchange of purpose, phone or challenge is refused; only the diagonal opens."""
    service = await serve("identity", some_morning())
    limits, caller = LoginCodeLimits(per_minute=9, tries=10), From("127.0.0.1", "test")
    purposes = ("login", "phone_change", "step_up")
    issued = {}
    for purpose in purposes:
        async with service.database.transaction() as tx:
            made = await issue_login_code(tx, PHONE, purpose, caller, service.keyring, limits, service.clock.now())
        events = await service.published(LoginCodeIssued)
        place = f"{LoginCodeIssued.TYPE}.code:{made.challenge_id}"
        code = await open_from_event(service.keyring, "login_code", place, events[-1].code)
        issued[purpose] = made.challenge_id, code

    async def opens(challenge: str, purpose: str, code: str, phone: str = PHONE) -> bool:
        async with service.database.transaction() as tx:
            result = await redeem_code(
                tx, issued[challenge][0], phone, purpose, issued[code][1], service.keyring, limits, service.clock.now()
            )
        return not isinstance(result, Refused)

    for challenge in purposes:
        for purpose in purposes:
            if challenge != purpose:
                assert not await opens(challenge, purpose, challenge)
                assert not await opens(challenge, challenge, purpose) or issued[challenge][1] == issued[purpose][1]
        assert not await opens(challenge, challenge, challenge, phone_number(5))
    assert [await opens(p, p, p) for p in purposes] == [True, True, True]


@pytest.mark.requirement("V2", "V7")
async def test_a_wrong_try_stays_counted_although_the_answer_is_an_error(serve: Serve) -> None:
    """The count of a wrong try commits with the refusal."""
    service = await serve("identity", some_morning())
    challenge_id, code = await ask_for_code(service)
    assert (await try_code(service, challenge_id, other_than(code))).status == 401
    index = blind_index(service.keyring, "index_contact", "phone", PHONE)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT cardinality(wrong_at) FROM login_guard WHERE phone_index = $1", index) == 1
        assert await reader.fetchval("SELECT attempts FROM login_challenge") == 1


async def test_the_same_phone_is_the_same_person(serve: Serve) -> None:
    """A second login, written with +86 and blanks, reaches the same person."""
    clock = some_morning()
    service = await serve("identity", clock)
    first = await log_in(service)
    clock.advance(timedelta(minutes=2))
    second = await log_in(service, "+86 138-1234-5678")
    assert first.body["person_id"] == second.body["person_id"]


@pytest.mark.requirement("V55")
async def test_me_shows_masked_values_only(serve: Serve) -> None:
    """The own phone is shown masked."""
    service = await serve("identity", some_morning())
    me = await (await candidate(service)).get("/me")
    assert me.status == 200
    assert me.body["phone_masked"] == "138****5678"
    assert PHONE not in str(me.body)
