"""An e-mail address for notices: confirmed by a code within limits, told, changed, removed, forgotten."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.identity.domain.code_life import LETTER_CODE_LIFE
from services.identity.jobs import forget_logins
from services.identity.storage import email_proofs, persons
from services.identity.storage.email_proofs import EmailProof
from services.identity.storage.persons import Person
from shared.contracts.identity import EmailCodeIssued, PersonContactChanged
from shared.postgres.transaction import Transaction
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.emails import EMAIL, OTHER_EMAIL, ask_email_code, confirmed
from tests.integration.identity.people import (
    ask_own_code,
    candidate,
    log_in,
    other_than,
    phone_number,
    some_morning,
    with_token,
)
from tests.integration.identity.test_manual_review import audited
from tests.integration.identity.test_own_data import fetched, rows_about
from tests.support.alike import look_of
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest


async def told(service: ServiceUnderTest) -> list[str | None]:
    """The address in each event about how a person is reached, in clear."""
    found = []
    for event in await service.published(PersonContactChanged):
        place = f"{PersonContactChanged.TYPE}.email:{event.person_id}"
        opened = await open_from_event(service.keyring, "contact", place, event.email) if event.email else None
        found.append(opened)
    return found


async def shown(caller: Caller) -> str | None:
    """What the person sees of the address."""
    masked: str | None = (await caller.get("/me")).body["email_masked"]
    return masked


async def at_rest(service: ServiceUnderTest) -> bytes:
    """All that is written about addresses and events."""
    query = "SELECT email_sealed AS held FROM person WHERE email_sealed IS NOT NULL UNION ALL SELECT body FROM outbox"
    async with service.database.read() as reader:
        return b"".join(bytes(row["held"]) for row in await reader.fetch(query))


@pytest.mark.requirement("A5", "V55")
async def test_an_address_is_used_once_its_code_came_back(serve: Serve) -> None:
    """Nothing is known or told before; then it is told and shown masked, and rests and travels sealed. Another takes
    its place by its own code; removed it is told no more, and there is nothing to remove twice."""
    service = await serve("identity", some_morning())
    caller = await candidate(service)
    proof = await ask_email_code(service, caller)
    assert (await shown(caller), await told(service)) == (None, [None])
    assert (await caller.put("/me/email", proof)).body == {"email_masked": "c***@mail.example"}
    assert (await shown(caller), await told(service)) == ("c***@mail.example", [None, EMAIL])
    assert (await caller.put("/me/email", proof)).code == "email_code_refused"
    service.clock.advance(timedelta(minutes=2))
    await confirmed(service, caller, OTHER_EMAIL)
    assert await shown(caller) == "c***@post.example"
    held = await at_rest(service)
    assert not [one for one in (EMAIL, OTHER_EMAIL, proof["code"]) if one.encode() in held]
    assert (await caller.call("DELETE", "/me/email")).status == 204
    assert (await caller.call("DELETE", "/me/email")).code == "email_missing"
    assert (await shown(caller), await told(service)) == (None, [None, EMAIL, OTHER_EMAIL, None])
    assert (await audited(service, "person.change_email"), await audited(service, "person.remove_email")) == (2, 1)


@pytest.mark.requirement("A5")
async def test_other_changes_of_contact_tell_the_address_too(serve: Serve) -> None:
    """After a change of phone the event still holds it, so that no letter is lost."""
    service = await serve("identity", some_morning())
    caller = await candidate(service)
    await confirmed(service, caller)
    proof = await ask_own_code(service, caller, "phone_change", phone_number(7))
    changed = await caller.put("/me/phone", proof | {"phone": phone_number(7)})
    assert changed.status == 200, changed.body
    assert (await told(service))[-1] == EMAIL


@pytest.mark.requirement("V1", "V2")
async def test_guesses_are_counted_per_code_and_per_day(serve: Serve) -> None:
    """After five wrong guesses a code is worth nothing, though right; after ten in a day nothing is judged or sent."""
    service = await serve("identity", clock := some_morning())
    caller = await candidate(service)
    for _ in range(2):
        proof = await ask_email_code(service, caller)
        wrong = [await caller.put("/me/email", proof | {"code": other_than(proof["code"])}) for _ in range(5)]
        assert {one.code for one in wrong} == {"email_code_refused"}
        assert (await caller.put("/me/email", proof)).status in (422, 429)
        clock.advance(timedelta(minutes=2))
    refused = await caller.put("/me/email", proof)
    assert (refused.status, refused.code) == (429, "limit_reached")
    assert (await caller.post("/me/email-codes", {"email": EMAIL})).status == 429
    assert (await shown(caller), await audited(service, "email_code.guess")) == (None, 10)


@pytest.mark.requirement("V1", "V4")
async def test_codes_are_sent_within_limits_and_expire(serve: Serve) -> None:
    """One a minute and two an hour here, whatever the address; a code past its life is refused."""
    service = await serve("identity", clock := some_morning(), EMAIL_CODE__PER_HOUR="2")
    caller = await candidate(service)
    proof = await ask_email_code(service, caller)
    too_soon = await caller.post("/me/email-codes", {"email": OTHER_EMAIL})
    assert (too_soon.status, too_soon.headers["Retry-After"]) == (429, "60")
    clock.advance(timedelta(minutes=5))
    asked = await caller.post("/me/email-codes", {"email": OTHER_EMAIL})
    assert (asked.status, asked.body["resend_after_seconds"]) == (202, 55 * 60)
    assert (await caller.put("/me/email", proof)).code == "email_code_refused"
    clock.advance(LETTER_CODE_LIFE)
    caller = await candidate(service)
    late = {"challenge_id": asked.body["challenge_id"], "email": OTHER_EMAIL}
    late["code"] = (await _last_code(service))["code"]
    assert (await caller.put("/me/email", late)).code == "email_code_refused"
    assert (await caller.post("/me/email-codes", {"email": EMAIL})).status == 429


async def _last_code(service: ServiceUnderTest) -> dict[str, str]:
    event = (await service.published(EmailCodeIssued))[-1]
    place = f"{EmailCodeIssued.TYPE}.code:{event.challenge_id}"
    return {"code": await open_from_event(service.keyring, "login_code", place, event.code)}


@pytest.mark.requirement("V4", "V6")
async def test_nobody_learns_that_others_use_an_address(serve: Serve) -> None:
    """Two people may have the same one. Where a mailbox gets no more codes today the answer looks as ever, and nothing
    is sent; its spelling in capitals is the same mailbox. Control: another mailbox still gets one."""
    service = await serve("identity", some_morning(), EMAIL_CODE__PER_MAILBOX_AND_DAY="2")
    callers = [await candidate(service, phone_number(n)) for n in (1, 2, 3, 4)]
    for caller in callers[:2]:
        await confirmed(service, caller)
    withheld = await callers[2].post("/me/email-codes", {"email": EMAIL.upper()})
    sent = await callers[3].post("/me/email-codes", {"email": "free@mail.example"})
    assert look_of(withheld) == look_of(sent)
    events = [str(event.challenge_id) for event in await service.published(EmailCodeIssued)]
    assert withheld.body["challenge_id"] not in events
    assert sent.body["challenge_id"] in events


async def _both_confirm(service: ServiceUnderTest) -> tuple[list[int], int]:
    """Two confirmations with the same code at once: their statuses, and how often an address was told."""
    caller = await candidate(service)
    proof = await ask_email_code(service, caller)
    answers = await asyncio.gather(*(caller.put("/me/email", proof) for _ in range(2)))
    return sorted(one.status for one in answers), len([one for one in await told(service) if one])


@pytest.mark.requirement("V3")
async def test_a_code_confirms_once_also_under_race(serve: Serve) -> None:
    """One of two is refused, and one event leaves."""
    assert await _both_confirm(await serve("identity", some_morning())) == ([200, 422], 1)


@pytest.mark.requirement("V3")
async def test_without_the_lock_a_code_confirms_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: two who look without a lock, and wait for each other, both confirm."""
    both_looked, locked = asyncio.Barrier(2), persons.lock
    looks = 0

    async def look_only(tx: Transaction, person_id: UUID) -> Person:
        nonlocal looks
        if (looks := looks + 1) > 3:
            return await locked(tx, person_id)
        person = await persons.select(tx, person_id)
        assert person is not None
        return person

    selected = email_proofs.select

    async def select_together(tx: Transaction, person_id: UUID) -> EmailProof:
        found = await selected(tx, person_id)
        if found.challenge_id is not None:
            await both_looked.wait()
        return found

    monkeypatch.setattr(persons, "lock", look_only)
    monkeypatch.setattr(email_proofs, "select", select_together)
    assert await _both_confirm(await serve("identity", some_morning())) == ([200, 200], 2)


@pytest.mark.requirement("A5", "V8")
async def test_a_code_stands_for_one_address_and_the_last_request(serve: Serve) -> None:
    """It confirms no other address; asked for another one, or after the address was removed, what was out is worth
    nothing, and the address of before stays in use until the new one is confirmed."""
    service = await serve("identity", clock := some_morning())
    caller = await candidate(service)
    await confirmed(service, caller)
    clock.advance(timedelta(minutes=2))
    first = await ask_email_code(service, caller, OTHER_EMAIL)
    assert (await caller.put("/me/email", first | {"email": EMAIL})).code == "email_code_refused"
    clock.advance(timedelta(minutes=2))
    second = await ask_email_code(service, caller, "third@mail.example")
    assert (await caller.put("/me/email", first)).code == "email_code_refused"
    assert await shown(caller) == "c***@mail.example"
    assert (await caller.call("DELETE", "/me/email")).status == 204
    assert (await caller.put("/me/email", second)).code == "email_code_refused"
    assert await shown(caller) is None


@pytest.mark.requirement("V55")
async def test_what_is_no_address_is_refused_with_what_to_do(serve: Serve) -> None:
    """The field is named, in the language of the person."""
    caller = await candidate(await serve("identity", some_morning()))
    for language, said in (("zh-CN", "请填写有效的邮箱地址"), ("en", "Enter an e-mail address")):
        headers = {"Accept-Language": language}
        refused = await caller.post("/me/email-codes", {"email": "chen@localhost"}, headers=headers)
        assert (refused.status, refused.code) == (422, "email_invalid")
        assert said in str(refused.body)
        assert "chen@localhost" not in str(refused.body)


@pytest.mark.requirement("V58", "V59", "V57")
async def test_a_copy_shows_the_address_and_closing_forgets_it(serve: Serve) -> None:
    """It is in the copy of one's own data. What was counted goes after some idle days, the address stays until the
    account is closed, and then nothing but an id is left."""
    service = await serve("identity", clock := some_morning())
    tokens = (await log_in(service)).body
    caller = with_token(service, tokens)
    await confirmed(service, caller)
    content, _ = await fetched(service, caller)
    assert content["data"]["person"][0]["email_sealed"] == EMAIL
    assert "email_proof" in await rows_about(service, tokens["person_id"])
    clock.advance(timedelta(days=3))
    await forget_logins(service.deps)
    assert "email_proof" not in await rows_about(service, tokens["person_id"])
    caller = await candidate(service)
    assert await shown(caller) == "c***@mail.example"
    await ask_email_code(service, caller, OTHER_EMAIL)
    closed = await caller.post("/me/closure")
    assert closed.status == 204, closed.body
    # The copy waits for the worker, which removes its file first.
    assert await rows_about(service, tokens["person_id"]) == {"person": 1, "own_data_export": 1}
    async with service.database.read() as reader:
        left = await reader.fetchval("SELECT count(*) FROM person WHERE email_sealed IS NOT NULL")
    assert left == 0
