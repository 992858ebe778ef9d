"""Lists of people: by page and filter for the institution, by subtree for exam bodies, names in bodies only ."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.declaration import DeclarationSubmitted
from shared.ids import new_id
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Caller


async def found(caller: Caller, path: str, **wanted: Any) -> list[UUID]:
    """The people that a search meets, over all pages of two."""
    people, cursor = list[UUID](), None
    while True:
        answer = await caller.post(path, {**wanted, "limit": 2, **({"cursor": cursor} if cursor else {})})
        assert answer.status == 200, answer.body
        people += [UUID(one["person_id"]) for one in answer.body["items"]]
        if (cursor := answer.body["next_cursor"]) is None:
            return people


async def start(hospital: Hospital, binding: dict[str, Any], day: str) -> None:
    """The unit records when the probation began."""
    path = f"/institutions/{hospital.id}/bindings/{binding['id']}/probation-start"
    assert (await hospital.owner.post(path, {"started_on": day}, version=binding["version"])).status == 200


async def test_an_institution_filters_its_people(library: Library) -> None:
    """By name, number, state, days, registration and declaration, each alone and together; ended ones on demand."""
    hospital, other = await library.hospital(), await library.hospital()
    path = f"/institutions/{hospital.id}/people-searches"
    first_id, _, first = await library.bound(hospital, "张*三")
    second_id, second, second_binding = await library.bound(hospital, "张*")
    await library.bound(other, "张*三")
    asker_id, asker = await library.person("李*四")
    assert (await asker.post("/binding-requests", {"institution_id": str(hospital.id)})).status == 201
    await start(hospital, first, "2026-12-01")
    await library.service.deliver(library.declaration(DeclarationSubmitted, new_id(), first_id, hospital, 3))
    assert await found(hospital.owner, path) == [first_id, second_id]
    assert await found(hospital.owner, path, name="张") == [first_id, second_id]
    assert await found(hospital.owner, path, name="张小三") == [first_id]
    assert await found(hospital.owner, path, document_no="420106199003075677") == [first_id, second_id]
    assert await found(hospital.owner, path, document_no="420106199003079999") == []
    assert await found(hospital.owner, path, states=["pending"]) == [asker_id]
    assert await found(hospital.owner, path, registered_early=True) == [first_id]
    assert await found(hospital.owner, path, registered_early=False) == [second_id]
    assert await found(hospital.owner, path, has_declared=True) == [first_id]
    assert await found(hospital.owner, path, has_declared=True, registered_early=False) == []
    assert await found(hospital.owner, path, bound_from="2026-12-15", bound_until="2026-12-15") == [
        first_id,
        second_id,
    ]
    assert await found(hospital.owner, path, bound_until="2026-12-14") == []
    assert (await second.post(f"/bindings/{second_binding['id']}/end", version=1)).status == 200
    assert await found(hospital.owner, path) == [first_id]
    assert await found(hospital.owner, path, states=["ended"]) == [second_id]
    assert (await other.owner.post(path, {})).status == 404
    assert await found(library.zone, path) == [first_id]


async def test_names_do_not_travel_in_addresses(library: Library) -> None:
    """The list itself takes no name: what is unknown in an address is refused."""
    hospital = await library.hospital()
    assert (await hospital.owner.get(f"/institutions/{hospital.id}/people?q=张小三")).status == 422


@pytest.mark.requirement("V21")
async def test_an_exam_body_sees_its_subtree_and_nothing_beside(library: Library) -> None:
    """A point its county, a site its points, the zone all; an institution has no such list; divisions narrow it."""
    site = await library.body_id("site", library.zone_id, ["420100"])
    point = await library.body_id("point", site, ["420102"])
    beside = await library.body_id("point", site, ["420103"])
    hospital = await library.hospital(filing_body_id=str(point))
    neighbour = await library.hospital(filing_body_id=str(beside), division_code="420103")
    ids = [(await library.bound(one, "张*三"))[0] for one in (hospital, neighbour, hospital)]
    path = "/people-searches"

    async def seen(role: Any, scope: UUID, **wanted: Any) -> list[UUID]:
        return await found(library.staff(role, scope), path, **wanted)

    assert await seen("point_admin", point) == [ids[0], ids[2]]
    assert await seen("point_admin", beside) == [ids[1]]
    assert await seen("site_admin", site) == ids
    assert await seen("auditor", library.zone_id, name="张小三") == ids
    assert await seen("zone_admin", library.zone_id, division="420103") == [ids[1]]
    assert await seen("zone_admin", library.zone_id, division="420000") == ids
    assert await seen("site_admin", new_id()) == []
    assert (await hospital.owner.post(path, {})).status == 403


@pytest.mark.requirement("B17")
async def test_a_probation_is_registered_when_it_begins(library: Library) -> None:
    """By the person or by the unit; what the unit wrote the person does not overwrite; the same day keeps the first
    moment, another one does not; and a binding that has ended takes nothing."""
    hospital, other = await library.hospital(), await library.hospital()
    _, person, binding = await library.bound(hospital)
    own = f"/bindings/{binding['id']}/probation-start"
    unit = f"/institutions/{hospital.id}/bindings/{binding['id']}/probation-start"
    for day in ("2027-02-01", "2016-01-01"):
        assert (await person.post(own, {"started_on": day}, version=1)).code == "start_not_plausible"
    first = await person.post(own, {"started_on": "2026-12-01"}, version=1)
    assert (first.status, first.body["probation_recorded_by"], first.body["version"]) == (200, "candidate", 2)
    library.clock.advance(timedelta(minutes=5))
    assert (await other.owner.post(unit, {"started_on": "2026-12-01"}, version=2)).status == 404
    assert (await hospital.owner.post(unit, {"started_on": "2026-12-01"}, version=1)).code == "stale_version"
    same = await hospital.owner.post(unit, {"started_on": "2026-12-01"}, version=2)
    assert same.body["probation_recorded_by"] == "institution"
    assert same.body["probation_recorded_at"] == first.body["probation_recorded_at"]
    refused = await person.post(own, {"started_on": "2026-10-01"}, version=3)
    assert (refused.status, refused.code) == (409, "recorded_by_institution")
    corrected = await hospital.owner.post(unit, {"started_on": "2026-11-01"}, version=3)
    assert corrected.body["probation_recorded_at"] == library.clock.now().isoformat()
    assert (await person.post(f"/bindings/{binding['id']}/end", version=4)).status == 200
    late = await hospital.owner.post(unit, {"started_on": "2026-11-01"}, version=5)
    assert (late.status, late.code) == (409, "binding_not_active")


@pytest.mark.requirement("B17")
async def test_the_trend_counts_starts_and_what_was_declared_without_one(library: Library) -> None:
    """By month of the start, in time or not, within the subtree; declarations of the year without a start are counted
    and found by the search."""
    site = await library.body_id("site", library.zone_id, ["420100"])
    hospital, outside = await library.hospital(filing_body_id=str(site)), await library.hospital()
    people = [await library.bound(hospital) for _ in range(4)]
    stranger_id, _, strangers = await library.bound(outside)
    for (_, _, binding), day in zip(people, ("2026-12-01", "2026-12-10", "2025-09-01"), strict=False):
        await start(hospital, binding, day)
    await start(outside, strangers, "2026-12-01")
    for person_id, where in ((people[0][0], hospital), (people[3][0], hospital), (stranger_id, outside)):
        await library.service.deliver(library.declaration(DeclarationSubmitted, new_id(), person_id, where, 3))
    admin = library.staff("site_admin", site)
    trend = await admin.get("/probation-trend?cycle_year=2027")
    assert trend.body == {
        "months": [
            {"month": "2025-09-01", "registered": 1, "in_time": 0},
            {"month": "2026-12-01", "registered": 2, "in_time": 2},
        ],
        "declared_unregistered": 1,
    }
    assert (await admin.get("/probation-trend?cycle_year=2027&months=3")).body["months"][0]["month"] == "2026-12-01"
    assert (await admin.get("/probation-trend?cycle_year=2026")).body["declared_unregistered"] == 0
    assert await found(admin, "/people-searches", has_declared=True, registered_early=False) == [people[3][0]]
