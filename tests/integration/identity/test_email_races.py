"""Races about e-mail addresses: many who want the same one, guesses at once, and a proof against every other change.
Each has its negative control: the same choreography without the lock goes wrong."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from services.identity.storage import email_proofs, persons
from services.identity.storage.email_proofs import EmailProof
from services.identity.storage.persons import Person
from services.identity.use_cases.emails import send_email_code
from shared.contracts.identity import EmailCodeIssued, PersonContactChanged
from shared.errors import LimitReached
from shared.postgres.rate_limit import Rate
from shared.postgres.transaction import Reader, Transaction
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.emails import EMAIL, OTHER_EMAIL, ask_email_code, confirmed
from tests.integration.identity.people import ask_own_code, candidate, other_than, phone_number, some_morning
from tests.integration.identity.test_emails import shown, told
from tests.integration.identity.test_manual_review import audited
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

THIRD_EMAIL = "third@mail.example"
_TAKEN = "SELECT coalesce(cardinality(taken), 0) FROM rate_limit WHERE name = $1 AND subject = $2"
_PUT = """
INSERT INTO rate_limit (name, subject, arrival, taken) VALUES ($1, $2, $3, ARRAY[$3::timestamptz])
ON CONFLICT (name, subject) DO UPDATE SET taken = rate_limit.taken || excluded.taken
"""


async def at_once(*calls: Coroutine[Any, Any, Answer]) -> list[int]:
    """The statuses, sorted."""
    return sorted(one.status for one in await asyncio.gather(*calls))


async def crossed(
    patch: pytest.MonkeyPatch,
    where: ModuleType,
    look: str,
    first: Coroutine[Any, Any, Answer],
    second: Coroutine[Any, Any, Answer],
) -> tuple[Answer, Answer]:
    """`first` stops after its `look`; `second` gets as far as it can meanwhile; then `first` goes on."""
    looked, may_go_on, real = asyncio.Event(), asyncio.Event(), getattr(where, look)

    async def stop_once(*given: Any) -> Any:
        found = await real(*given)
        if not looked.is_set():
            looked.set()
            await may_go_on.wait()
        return found

    patch.setattr(where, look, stop_once)
    one = asyncio.create_task(first)
    await looked.wait()
    other = asyncio.create_task(second)
    await asyncio.wait([other], timeout=0.7)
    may_go_on.set()
    return await one, await other


def without_lock(patch: pytest.MonkeyPatch) -> None:
    """Whoever locks a person's row only looks at it."""

    async def look_only(tx: Transaction, person_id: UUID) -> Person:
        person = await persons.select(tx, person_id)
        assert person is not None
        return person

    patch.setattr(persons, "lock", look_only)


async def two_with_one_address(service: ServiceUnderTest) -> tuple[list[Caller], list[dict[str, str]]]:
    """Two people who have a code out for the same address."""
    callers = [await candidate(service, phone_number(n)) for n in (1, 2)]
    return callers, [await ask_email_code(service, caller) for caller in callers]


@pytest.mark.requirement("A5", "V3", "V6")
async def test_two_people_prove_one_address_at_once(serve: Serve) -> None:
    """Both have it, each by the own code and sealed for oneself; the code of the other is worth nothing."""
    service = await serve("identity", some_morning())
    callers, proofs = await two_with_one_address(service)
    pairs = list(zip(callers, proofs, strict=True))
    swapped = zip(callers, reversed(proofs), strict=True)
    assert await at_once(*(caller.put("/me/email", proof) for caller, proof in swapped)) == [422, 422]
    assert await at_once(*(caller.put("/me/email", proof) for caller, proof in pairs)) == [200, 200]
    assert [await shown(caller) for caller in callers] == ["c***@mail.example"] * 2
    assert (await told(service)).count(EMAIL) == 2
    async with service.database.read() as reader:
        held = await reader.fetch("SELECT email_sealed FROM person WHERE email_sealed IS NOT NULL")
    assert len({bytes(row["email_sealed"]) for row in held}) == 2


async def sent_at_once(service: ServiceUnderTest) -> int:
    """Six people ask at once for a code to one mailbox; how many letters leave. All get the same answer."""
    callers = [await candidate(service, phone_number(n)) for n in range(1, 7)]
    asked = (caller.post("/me/email-codes", {"email": EMAIL}) for caller in callers)
    assert await at_once(*asked) == [202] * 6
    return len(await service.published(EmailCodeIssued))


@pytest.mark.requirement("V4")
async def test_a_mailbox_gets_its_codes_a_day_also_under_race(serve: Serve) -> None:
    """Two are allowed, two leave."""
    assert await sent_at_once(await serve("identity", some_morning(), EMAIL_CODE__PER_MAILBOX_AND_DAY="2")) == 2


@pytest.mark.requirement("V4")
async def test_counting_in_two_steps_lets_more_through(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: six who look at the count before anybody wrote it all send."""
    all_looked = asyncio.Barrier(6)

    async def take_carelessly(tx: Transaction, rate: Rate, subject: bytes, now: datetime) -> None:
        taken = await tx.fetchval(_TAKEN, rate.name, subject) or 0
        await all_looked.wait()
        if taken >= rate.count:
            raise LimitReached
        await tx.execute(_PUT, rate.name, subject, now)

    monkeypatch.setattr(send_email_code, "take", take_carelessly)
    assert await sent_at_once(await serve("identity", some_morning(), EMAIL_CODE__PER_MAILBOX_AND_DAY="2")) == 6


async def guessed_at_once(service: ServiceUnderTest) -> int:
    """Six wrong guesses at one code at once; how many were judged."""
    caller = await candidate(service)
    proof = await ask_email_code(service, caller)
    wrong = proof | {"code": other_than(proof["code"])}
    assert await at_once(*(caller.put("/me/email", wrong) for _ in range(6))) == [422] * 6
    return await audited(service, "email_code.guess")


@pytest.mark.requirement("V2")
async def test_guesses_at_once_are_all_counted(serve: Serve) -> None:
    """Five of six are judged."""
    assert await guessed_at_once(await serve("identity", some_morning())) == 5


@pytest.mark.requirement("V2")
async def test_without_the_lock_more_guesses_are_judged(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: six who look before anybody counted are all judged."""
    all_looked, selected = asyncio.Barrier(6), email_proofs.select

    async def select_together(reader: Reader, person_id: UUID) -> EmailProof:
        found = await selected(reader, person_id)
        if found.challenge_id is not None:
            await all_looked.wait()
        return found

    service = await serve("identity", some_morning())
    without_lock(monkeypatch)
    monkeypatch.setattr(email_proofs, "select", select_together)
    assert await guessed_at_once(service) == 6


async def removed_while_proving(service: ServiceUnderTest, patch: pytest.MonkeyPatch, *, locked: bool) -> str | None:
    """An address is in use, another one is proven, and what is in use is removed meanwhile; what is told at last."""
    caller = await candidate(service)
    await confirmed(service, caller)
    service.clock.advance(timedelta(minutes=2))
    proof = await ask_email_code(service, caller, OTHER_EMAIL)
    if not locked:
        without_lock(patch)
    proven, removed = await crossed(
        patch, email_proofs, "select", caller.put("/me/email", proof), caller.call("DELETE", "/me/email")
    )
    assert (proven.status, removed.status) == (200, 204)
    return (await told(service))[-1]


@pytest.mark.requirement("A5", "V3")
async def test_a_removal_and_a_proof_follow_one_another(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removed after the proof, nothing more goes there."""
    assert await removed_while_proving(await serve("identity", some_morning()), monkeypatch, locked=True) is None


@pytest.mark.requirement("A5", "V3")
async def test_without_the_lock_a_removed_address_comes_back(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a code that the removal had made worthless still confirms."""
    service = await serve("identity", some_morning())
    assert await removed_while_proving(service, monkeypatch, locked=False) == OTHER_EMAIL


async def asked_while_proving(service: ServiceUnderTest, patch: pytest.MonkeyPatch, *, locked: bool) -> Answer:
    """One address is proven while a code for another is asked for: what the other code does then."""
    caller = await candidate(service)
    proof = await ask_email_code(service, caller, OTHER_EMAIL)
    service.clock.advance(timedelta(minutes=2))
    if not locked:
        without_lock(patch)
    asking = caller.post("/me/email-codes", {"email": THIRD_EMAIL})
    proven, asked = await crossed(patch, email_proofs, "select", caller.put("/me/email", proof), asking)
    assert (proven.status, asked.status) == (200, 202)
    event = (await service.published(EmailCodeIssued))[-1]
    place = f"{EmailCodeIssued.TYPE}.code:{event.challenge_id}"
    code = await open_from_event(service.keyring, "login_code", place, event.code)
    newest = {"challenge_id": asked.body["challenge_id"], "email": THIRD_EMAIL, "code": code}
    return await caller.put("/me/email", newest)


@pytest.mark.requirement("A5", "V8")
async def test_a_code_asked_for_during_a_proof_works(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof uses up its own code only."""
    answer = await asked_while_proving(await serve("identity", some_morning()), monkeypatch, locked=True)
    assert (answer.status, answer.body) == (200, {"email_masked": "t***@mail.example"})


@pytest.mark.requirement("A5", "V8")
async def test_without_the_lock_a_proof_uses_up_the_newer_code(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the code in the newest letter is refused."""
    answer = await asked_while_proving(await serve("identity", some_morning()), monkeypatch, locked=False)
    assert answer.code == "email_code_refused"


async def phone_changed_while_proving(
    service: ServiceUnderTest, patch: pytest.MonkeyPatch, *, locked: bool
) -> tuple[str | None, str]:
    """The phone changes while an address is proven: address and phone as the last event tells them."""
    caller = await candidate(service)
    proof = await ask_email_code(service, caller)
    other = await ask_own_code(service, caller, "phone_change", phone_number(7)) | {"phone": phone_number(7)}
    if not locked:
        without_lock(patch)
    changing, proving = caller.put("/me/phone", other), caller.put("/me/email", proof)
    changed, proven = await crossed(patch, persons, "select_by_phone", changing, proving)
    assert (changed.status, proven.status) == (200, 200)
    events = await service.published(PersonContactChanged)
    last = max(events, key=lambda event: event.aggregate_version)
    place = f"{PersonContactChanged.TYPE}.%s:{last.person_id}"
    phone = await open_from_event(service.keyring, "contact", place % "phone", last.phone)
    if last.email is None:
        return None, phone
    return await open_from_event(service.keyring, "contact", place % "email", last.email), phone


@pytest.mark.requirement("A5", "M7")
async def test_a_change_of_phone_and_a_proof_are_both_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event with the highest version holds the new phone and the address."""
    service = await serve("identity", some_morning())
    assert await phone_changed_while_proving(service, monkeypatch, locked=True) == (EMAIL, phone_number(7))


@pytest.mark.requirement("A5", "M7")
async def test_without_the_lock_the_address_is_told_away(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the change of phone tells what it saw before, and the neighbours forget the address."""
    service = await serve("identity", some_morning())
    assert await phone_changed_while_proving(service, monkeypatch, locked=False) == (None, phone_number(7))
