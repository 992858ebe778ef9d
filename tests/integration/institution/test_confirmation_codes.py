"""Confirmation codes: who sees and rotates them, and what wrong ones cost (A20, A21, 4.3)."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from services.institution.storage import code_attempts
from shared.contracts.institution import ConfirmationCodeGuessed
from tests.integration.institution.conftest import MakeLibrary
from tests.integration.institution.library import Hospital, Library
from tests.support.engines import Engines
from tests.support.service_under_test import Caller

WRONG = "ZZZZZZZZ"


@pytest.mark.requirement("A21")
async def test_only_owner_and_business_admin_see_the_code(library: Library) -> None:
    """Both see the same code, each look is recorded; exam bodies, others' staff and candidates do not see it."""
    hospital, other = await library.hospital(), await library.hospital()
    path = f"/institutions/{hospital.id}/confirmation-code"
    first = await hospital.owner.get(path)
    assert (await hospital.business_admin.get(path)).body["code"] == first.body["code"]
    assert (await library.zone.get(path)).status == 403
    assert (await other.owner.get(path)).status == 404
    assert (await library.service.caller("candidate").get(path)).status == 403
    async with library.service.database.read() as reader:
        looks = await reader.fetchval(
            "SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'confirmation_code.show'", hospital.id
        )
    assert looks == 2


@pytest.mark.requirement("A21")
async def test_rotation_ends_the_old_code_and_no_binding(library: Library) -> None:
    """After a rotation the old code is wrong, the new one right, and who was bound stays bound."""
    hospital = await library.hospital()
    _, bound, binding = await library.bound(hospital)
    old = await library.code_of(hospital)
    made = await hospital.business_admin.post(f"/institutions/{hospital.id}/confirmation-code/rotation", {})
    assert made.status == 201
    assert made.body["code"] != old
    _, person = await library.person()
    refused = await person.post("/bindings", await library.entry(hospital, old))
    assert refused.code == "confirmation_code_wrong"
    assert (await person.post("/bindings", await library.entry(hospital))).status == 201
    assert (await bound.get("/bindings/current")).body["binding"]["id"] == binding["id"]


async def test_parallel_rotations_leave_one_code(library: Library) -> None:
    """Rotations take turns; exactly one code is in force afterwards, and it is shown."""
    hospital = await library.hospital()
    path = f"/institutions/{hospital.id}/confirmation-code/rotation"
    answers = await asyncio.gather(*(hospital.owner.post(path, {}) for _ in range(8)))
    assert {a.status for a in answers} == {201}
    assert await library.code_of(hospital) in {a.body["code"] for a in answers}


async def test_an_expired_code_says_so_to_who_knows_it(library: Library) -> None:
    """A right but expired code is answered with advice and costs no try; an expiry in the past is refused."""
    hospital = await library.hospital()
    path = f"/institutions/{hospital.id}/confirmation-code/rotation"
    soon = library.clock.now() + timedelta(days=1)
    assert (await hospital.owner.post(path, {"expires_at": soon.isoformat()})).status == 201
    past = library.clock.now() - timedelta(seconds=1)
    assert (await hospital.owner.post(path, {"expires_at": past.isoformat()})).code == "expiry_in_past"
    entry = await library.entry(hospital)
    library.clock.advance(timedelta(days=1))
    _, person = await library.person()
    assert (await person.post("/binding-previews", entry)).code == "confirmation_code_expired"
    wrong = await person.post("/binding-previews", {**entry, "code": WRONG})
    assert "4" in wrong.body["title"]


@pytest.mark.requirement("A20")
async def test_wrong_codes_are_counted_although_the_answer_is_an_error(library: Library) -> None:
    """Five wrong codes an hour; then even the right one waits; one leaves the window with its hour."""
    hospital = await library.hospital()
    entry = await library.entry(hospital)
    person_id, _ = await library.person()
    for left in (4, 3, 2, 1, 0):
        # A new access token each time: they live ten minutes.
        person = library.service.caller("candidate", id=person_id)
        answer = await person.post("/binding-previews", {**entry, "code": WRONG})
        assert (answer.status, answer.code) == (422, "confirmation_code_wrong")
        assert f"{left} 次" in answer.body["title"]
        library.clock.advance(timedelta(minutes=5))
    limited = await person.post("/bindings", entry)
    assert (limited.status, limited.code) == (429, "too_many_wrong_codes")
    assert 2000 < int(limited.headers["Retry-After"]) <= 2101
    library.clock.advance(timedelta(seconds=int(limited.headers["Retry-After"])))
    again = library.service.caller("candidate", id=person_id)
    assert (await again.post("/bindings", entry)).status == 201


@pytest.mark.requirement("A20")
async def test_the_answer_does_not_tell_whether_the_institution_exists(library: Library) -> None:
    """An unknown institution, one without a code and a wrong code are answered alike, and all count."""
    hospital, issued = await library.hospital(), await library.issued()
    _, person = await library.person()
    bodies = []
    for one in (str(hospital.id), str(issued.id), "0190b3a0-0000-7000-8000-000000000000"):
        answer = await person.post("/binding-previews", {"institution_id": one, "code": WRONG})
        bodies.append((answer.status, answer.code, answer.body["type"]))
    assert len(set(bodies)) == 1
    async with library.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM code_attempt WHERE outcome = 'wrong'") == 3
        entries = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'confirmation_code.wrong'")
    assert entries == 3


async def forty_wrong_tries(library: Library, person: Caller) -> list[int]:
    """One person sends forty wrong codes at once; the statuses."""
    hospital = await library.hospital()
    entry = await library.entry(hospital, WRONG)
    answers = await asyncio.gather(*(person.post("/binding-previews", entry) for _ in range(40)))
    return sorted(answer.status for answer in answers)


@pytest.mark.requirement("A20")
async def test_the_limit_is_exact_under_parallel_tries(library: Library) -> None:
    """Of forty wrong codes at once exactly five are compared; the others are limited."""
    _, person = await library.person()
    assert await forty_wrong_tries(library, person) == [422] * 5 + [429] * 35


async def test_without_taking_turns_the_limit_breaks(library: Library, engines: Engines) -> None:
    """The negative control: where one person's tries can not lock the person's row, more than five are compared."""
    _, person = await library.person()
    migrator = await asyncpg.connect(engines.stack.around.dsn("institution_migrator", library.service.database_name))
    try:
        # FOR UPDATE locks no row of a view over a function.
        await migrator.execute(
            """
            ALTER TABLE known_person RENAME TO known_person_rows;
            CREATE FUNCTION known_person_all() RETURNS SETOF known_person_rows LANGUAGE sql
                AS 'SELECT * FROM known_person_rows';
            CREATE VIEW known_person AS SELECT * FROM known_person_all();
            """
        )
    finally:
        await migrator.close()
    assert (await forty_wrong_tries(library, person)).count(422) > 5


async def test_the_limit_is_a_setting(make_library: MakeLibrary) -> None:
    """With two tries in a minute the third is limited, and a minute later there are tries again."""
    library = await make_library(CONFIRMATION_CODE__WRONG_PER_PERSON="2", CONFIRMATION_CODE__WINDOW_SECONDS="60")
    hospital = await library.hospital()
    _, person = await library.person()
    entry = await library.entry(hospital, WRONG)
    statuses = [(await person.post("/binding-previews", entry)).status for _ in range(3)]
    assert statuses == [422, 422, 429]
    library.clock.advance(timedelta(seconds=61))
    assert (await person.post("/binding-previews", entry)).status == 422


async def guesses(library: Library, hospital: Hospital, people: int) -> int:
    """So many people type a wrong code at once; how often the institution was told of guesses altogether."""
    entry = await library.entry(hospital, WRONG)
    guessing = [(await library.person())[1] for _ in range(people)]
    answers = await asyncio.gather(*(person.post("/binding-previews", entry) for person in guessing))
    assert {answer.status for answer in answers} == {422}
    return len(await library.service.published(ConfirmationCodeGuessed))


@pytest.mark.requirement("A20")
async def test_an_institution_is_told_once_that_its_code_is_guessed(make_library: MakeLibrary) -> None:
    """Below the threshold nobody is told; above it once an hour, however many guess at once."""
    library = await make_library(CONFIRMATION_CODE__ALARM_PER_INSTITUTION="10")
    hospital, other = await library.hospital(), await library.hospital()
    assert await guesses(library, hospital, 9) == 0
    assert await guesses(library, hospital, 30) == 1
    assert await guesses(library, other, 9) == 1
    (told,) = await library.service.published(ConfirmationCodeGuessed)
    assert (told.institution_id, told.minutes) == (hospital.id, 60)
    assert 10 <= told.wrong <= 39
    library.clock.advance(timedelta(minutes=59))
    assert await guesses(library, hospital, 1) == 1
    library.clock.advance(timedelta(minutes=1))
    assert await guesses(library, hospital, 30) == 2


async def test_without_the_row_of_the_alarm_it_is_told_again_and_again(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: counting alone tells with every wrong code above the threshold."""

    async def always(*_: object) -> bool:
        return True

    monkeypatch.setattr(code_attempts, "upsert_alarm", always)
    library = await make_library(CONFIRMATION_CODE__ALARM_PER_INSTITUTION="3")
    hospital = await library.hospital()
    await guesses(library, hospital, 6)
    assert await guesses(library, hospital, 6) >= 6
