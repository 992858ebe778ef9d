"""After a change of phone nobody leaves or changes the work unit for a day (V9)."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.contracts.identity import PhoneChanged
from shared.ids import PersonId
from tests.integration.institution.library import Library


async def phone_changed(library: Library, person_id: UUID, hours: int = 24) -> None:
    """Identity tells that the person's phone was replaced just now; the old number is sealed for others."""
    await library.service.deliver(
        PhoneChanged(
            occurred_at=library.clock.now(),
            aggregate_version=5,
            person_id=PersonId(person_id),
            old_phone="c2VhbGVkIGZvciBvdGhlcnM=",
            held_until=library.clock.now() + timedelta(hours=hours),
        )
    )


@pytest.mark.requirement("V9")
async def test_the_work_unit_stays_for_a_day_after_a_change_of_phone(library: Library) -> None:
    """Ending and changing the binding are refused to the second, with the time from which they are possible; somebody
    else is not concerned, and the institution may still release the person."""
    hospital, other = await library.hospital(), await library.hospital()
    person_id, person, binding = await library.bound(hospital)
    _, neighbour, theirs = await library.bound(hospital)
    await phone_changed(library, person_id)
    entry = await library.entry(other)
    ended = await person.post(f"/bindings/{binding['id']}/end", version=1)
    changed = await person.post("/bindings/change", entry)
    assert [(one.status, one.code) for one in (ended, changed)] == [(403, "held_after_phone_change")] * 2
    assert "12-16 12:00" in ended.body["title"]
    assert (await neighbour.post(f"/bindings/{theirs['id']}/end", version=1)).status == 200
    library.clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    later = library.service.caller("candidate", id=person_id)
    assert (await later.post("/bindings/change", entry)).code == "held_after_phone_change"
    library.clock.advance(timedelta(seconds=1))
    moved = await later.post("/bindings/change", entry)
    assert moved.status in (200, 201), moved.body


@pytest.mark.requirement("V9", "M7")
async def test_the_longest_hold_counts_and_past_ones_go(library: Library) -> None:
    """An older change that is heard later shortens nothing; holds that are over are forgotten with the next one."""
    hospital = await library.hospital()
    person_id, _, binding = await library.bound(hospital)
    await phone_changed(library, person_id)
    await phone_changed(library, person_id, hours=1)
    library.clock.advance(timedelta(hours=2))
    later = library.service.caller("candidate", id=person_id)
    assert (await later.post(f"/bindings/{binding['id']}/end", version=1)).code == "held_after_phone_change"
    library.clock.advance(timedelta(hours=30))
    other_id, _ = await library.person()
    await phone_changed(library, other_id)
    async with library.service.database.read() as reader:
        assert [row["person_id"] for row in await reader.fetch("SELECT person_id FROM known_hold")] == [other_id]
    last = library.service.caller("candidate", id=person_id)
    assert (await last.post(f"/bindings/{binding['id']}/end", version=1)).status == 200


@pytest.mark.requirement("V9")
async def test_control_without_the_news_the_unit_can_be_left(library: Library) -> None:
    """Control: a service that was not told of the change holds nobody."""
    hospital = await library.hospital()
    _, person, binding = await library.bound(hospital)
    assert (await person.post(f"/bindings/{binding['id']}/end", version=1)).status == 200
