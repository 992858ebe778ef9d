"""People who run the platform find by a phone number what went there and to those who have it (V48, V64)."""

from datetime import timedelta
from typing import Any

import pytest

from services.notification import indexing
from services.notification.indexing import index_numbers
from services.notification.jobs import forget_phones
from services.notification.storage import numbers
from services.notification.storage.number_index import number_index
from shared.clock import FrozenClock, SystemClock
from shared.contracts.identity import PersonClosed
from shared.ids import PersonId, StaffId, new_id
from shared.privacy.reindexing import reindex
from shared.process.forgetting import forget_now
from tests.integration.identity.rotation import install
from tests.integration.notification.test_erased_people import destroy, known
from tests.integration.notification.test_erased_people import issue_code as code_of_today
from tests.integration.notification.test_running import audited
from tests.integration.notification.test_staff_notices import account
from tests.support.engines import Engines
from tests.support.notices import approved, reached
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest

PHONE, OTHER = "19900000801", "19900000802"
_HASHES = """
SELECT number_index FROM known_person WHERE number_index <> '' UNION ALL
SELECT number_index FROM known_staff WHERE number_index <> '' UNION ALL
SELECT number_index FROM delivery WHERE number_index <> ''
"""


async def looked_up(service: ServiceUnderTest, phone: str, what: str = "deliveries", **more: Any) -> Answer:
    """What the zone finds by a number."""
    zone = service.caller("zone_admin", scope_id=new_id())
    answer = await zone.post(f"/{what}/search", {"phone": phone, **more})
    assert answer.status == 200, answer.body
    return answer


async def hashes(service: ServiceUnderTest) -> int:
    """How many hashes of numbers there are."""
    async with service.database.read() as reader:
        return len(await reader.fetch(_HASHES))


async def holders(service: ServiceUnderTest, phone: str) -> list[str]:
    """Whose a number is."""
    return [one["id"] for one in (await looked_up(service, phone)).body["holders"]]


async def written(service: ServiceUnderTest, statement: str, *values: object) -> None:
    """Change rows as something else than this version of the service would."""
    async with service.database.transaction() as tx:
        await tx.execute(statement, *values)


@pytest.mark.requirement("V55", "V64")
async def test_a_number_finds_what_went_there_and_to_whom_it_belongs(serve: Serve) -> None:
    """Person, staff and a code for nobody known, by message and delivery, page by page; the neighbour's are not among
    them, the number comes back masked and stands neither in the answer nor in the trail, which says who was looked at
    each time."""
    service = await serve("notification")
    person, neighbour, staff = PersonId(new_id()), PersonId(new_id()), StaffId(new_id())
    await service.deliver(reached(service, person, PHONE))
    await service.deliver(reached(service, neighbour, OTHER))
    await service.deliver(account(service, staff, PHONE, move="lock"))
    for one in (person, neighbour):
        await service.deliver(approved(service, one))
    await code_of_today(service, PHONE)
    await index_numbers(service.deps)
    found = (await looked_up(service, PHONE)).body
    kinds = {(one["recipient_id"], one["kind"]) for one in found["items"]}
    (code,) = [recipient for recipient, kind in kinds if kind == "login_code"]
    assert kinds == {(str(person), "approved"), (str(staff), "staff_locked"), (code, "login_code")}
    assert (found["number"], found["next_cursor"]) == ("199****0801", None)
    assert {(one["id"], one["kind"]) for one in found["holders"]} == {(str(person), "person"), (str(staff), "staff")}
    assert PHONE not in str(found)
    pages: list[Any] = []
    cursor = None
    for _ in range(3):
        page = (await looked_up(service, PHONE, limit=1, cursor=cursor)).body
        pages, cursor = pages + page["items"], page["next_cursor"]
    assert (pages, cursor) == (found["items"], None)
    assert (await looked_up(service, PHONE, state="failed")).body["items"] == []
    told = (await looked_up(service, PHONE, "told-messages")).body
    assert {one["message"]["kind"] for one in told["items"]} == {"approved", "staff_locked"}
    assert (await looked_up(service, "19900000899")).body["items"] == []
    assert (await audited(service, "number.search"), await audited(service, "messages.search")) == (7, 2)
    # Both holders each time, and whom the code was for on the two pages that showed it.
    assert await audited(service, "deliveries.search") == 5 * 2 + 2
    async with service.database.read() as reader:
        trail = await reader.fetchval("SELECT string_agg(e::text, '') FROM audit_entry e")
    assert PHONE not in trail
    assert str(person) in trail


@pytest.mark.requirement("V48")
async def test_rows_from_before_are_found_once_they_are_hashed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three people, two texts: nothing is found before (control); a run that ends early is gone on with by the next,
    and a further one has nothing to do."""
    service = await serve("notification")
    people = [PersonId(new_id()) for _ in range(3)]
    for one in people:
        await service.deliver(reached(service, one, PHONE))
    for one in people[:2]:
        await service.deliver(approved(service, one))
    assert await holders(service, PHONE) == []
    monkeypatch.setattr(indexing, "_MANY", 1)
    monkeypatch.setattr(indexing, "_PAGES", 1)
    for done in (2, 4, 5):
        await index_numbers(service.deps)
        assert await hashes(service) == done
    assert await holders(service, PHONE) == sorted(str(one) for one in people)
    # What is written from now on has its hash at once.
    await service.deliver(approved(service, people[2]))
    assert await hashes(service) == 6


@pytest.mark.requirement("V48")
async def test_a_number_that_was_given_up_leads_to_nobody(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, also where a process of the version before wrote the new one and left the hash; a hash that is computed
    while the number changes is dropped. Control: without the version of the row the old hash finds the wrong person."""
    service = await serve("notification")
    person = PersonId(new_id())
    await service.deliver(reached(service, person, PHONE))
    async with service.database.read() as reader:
        read = await numbers.select_lacking(reader, "person", None, 10)
    await service.deliver(reached(service, person, OTHER, version=2))
    async with service.database.transaction() as tx:
        late = bytes(number_index(service.keyring, PHONE))
        assert await numbers.update_indexed(tx, "person", [(read[0], late)]) == 0
    await index_numbers(service.deps)
    assert (await holders(service, PHONE), await holders(service, OTHER)) == ([], [str(person)])
    newest = reached(service, person, PHONE, version=3)
    await written(service, "UPDATE known_person SET version = 3, phone_event = $1", newest.phone)
    assert await holders(service, OTHER) == []
    with monkeypatch.context() as careless:
        careless.setattr(
            numbers, "_SELECT_ACCOUNTS", numbers._SELECT_ACCOUNTS.replace("number_version = version", "true")
        )
        assert await holders(service, OTHER) == [str(person)]
    await index_numbers(service.deps)
    assert (await holders(service, PHONE), await holders(service, OTHER)) == ([str(person)], [])


@pytest.mark.requirement("V64")
async def test_who_gave_a_number_up_is_on_record_when_his_texts_are_shown(serve: Serve) -> None:
    """His text went to the number and is shown; the number is another's by now, who has an entry of his own."""
    service = await serve("notification")
    former, holder = PersonId(new_id()), PersonId(new_id())
    await service.deliver(reached(service, former, PHONE))
    await service.deliver(approved(service, former))
    await index_numbers(service.deps)
    await service.deliver(reached(service, former, OTHER, version=2))
    await service.deliver(reached(service, holder, PHONE))
    await index_numbers(service.deps)
    found = (await looked_up(service, PHONE)).body
    assert [one["id"] for one in found["holders"]] == [str(holder)]
    assert [one["recipient_id"] for one in found["items"]] == [str(former)]
    query = "SELECT subject_id FROM audit_entry WHERE action = 'deliveries.search'"
    async with service.database.read() as reader:
        assert {row["subject_id"] for row in await reader.fetch(query)} == {former, holder}


@pytest.mark.requirement("V57", "V58")
async def test_who_is_forgotten_is_not_found_by_number(serve: Serve, engines: Engines) -> None:
    """Closing an account takes its hashes, and what waits is cleared when the log of erasures is worked off; the
    neighbour's stay."""
    service = await serve("notification")
    person, neighbour = await known(service), await known(service)
    await index_numbers(service.deps)
    assert await hashes(service) == 6
    await service.deliver(PersonClosed(occurred_at=service.clock.now(), aggregate_version=3, person_id=person))
    await destroy(engines, person)
    await forget_now(service.definition, service.foundation, service.deps)
    await index_numbers(service.deps)
    async with service.database.read() as reader:
        left = await reader.fetch(
            "SELECT person_id AS id FROM known_person WHERE number_index IS NOT NULL UNION ALL "
            "SELECT recipient_id FROM delivery WHERE number_index IS NOT NULL"
        )
    assert [row["id"] for row in left] == [neighbour] * 3


@pytest.mark.requirement("V57")
async def test_the_hash_of_a_text_goes_with_its_number(serve: Serve) -> None:
    """A week after it was done. Control: before, the text is found."""
    service: ServiceUnderTest = await serve("notification", FrozenClock(SystemClock().now()))
    await code_of_today(service, PHONE)
    await index_numbers(service.deps)
    await written(service, "UPDATE delivery SET state = 'sent'")
    assert len((await looked_up(service, PHONE)).body["items"]) == 1
    service.clock.advance(timedelta(days=8))
    await forget_phones(service.deps)
    assert await hashes(service) == 0
    assert (await looked_up(service, PHONE)).body["items"] == []


@pytest.mark.requirement("V47", "V48")
async def test_a_number_is_found_while_the_key_of_numbers_changes(serve: Serve) -> None:
    """Under both keys, and after reindexing under the new one alone. Control: with the old key gone before, nobody is
    found."""
    service: ServiceUnderTest = await serve("notification")
    person = PersonId(new_id())
    await service.deliver(reached(service, person, PHONE))
    await index_numbers(service.deps)
    await service.deliver(approved(service, person))
    install(service, "index_number", "k2", "k1", "k2")
    assert await found_under(service) == (1, 1)
    install(service, "index_number", "k2", "k2")
    assert await found_under(service) == (0, 0)
    install(service, "index_number", "k2", "k1", "k2")
    outcome = await reindex(service.definition.register, service.database, service.keyring, None, lambda *_: None)
    assert outcome.done == {"known_person.number_index": 1, "known_staff.number_index": 0, "delivery.number_index": 1}
    install(service, "index_number", "k2", "k2")
    assert await found_under(service) == (1, 1)


async def found_under(service: ServiceUnderTest) -> tuple[int, int]:
    """(holders, deliveries) of the number with the ring as it is."""
    found = (await looked_up(service, PHONE)).body
    return len(found["holders"]), len(found["items"])


@pytest.mark.requirement("V4", "V64")
async def test_numbers_are_not_tried_out_by_the_thousand(serve: Serve) -> None:
    """So many searches a minute for each account, over both lists; another account and the next minute are free."""
    service: ServiceUnderTest = await serve(
        "notification", FrozenClock(SystemClock().now()), NUMBER_SEARCHES_PER_MINUTE="2"
    )
    zone, other = (service.caller("zone_admin", id=new_id()) for _ in range(2))
    body = {"phone": PHONE}

    async def statuses(times: int) -> list[int]:
        paths = ("/deliveries/search", "/told-messages/search", "/deliveries/search")
        return [(await zone.post(path, body)).status for path in paths[:times]]

    assert await statuses(3) == [200, 200, 429]
    assert (await other.post("/deliveries/search", body)).status == 200
    service.clock.advance(timedelta(minutes=1))
    assert await statuses(1) == [200]
    assert await audited(service, "number.search") == 4


@pytest.mark.requirement("V21")
@pytest.mark.parametrize("role", ["auditor", "site_admin", "identity_reviewer", "institution_owner", "candidate"])
async def test_nobody_else_looks_up_numbers(serve: Serve, role: str) -> None:
    """Auditors neither: a number is guessed where an id is not. And a number that is none is refused by its place."""
    service = await serve("notification")
    assert (await service.caller(role).post("/deliveries/search", {"phone": PHONE})).status == 403
    refused = await service.caller("zone_admin").post("/deliveries/search", {"phone": "1990000080"})
    assert refused.status == 422
