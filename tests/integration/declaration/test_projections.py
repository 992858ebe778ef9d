"""What is learned from the neighbours: newer wins, older and repeated events change nothing, nothing rests in clear."""

from datetime import date
from typing import Any

import pytest

from shared.contracts.institution import BindingChanged, ExamBodyChanged
from shared.ids import BindingId, ExamBodyId, InstitutionId, PersonId, new_id
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("M7")
async def test_an_old_event_changes_nothing(serve: Serve) -> None:
    """Institution, supervisor and binding keep their newest version, in whatever order the events come."""
    season = await exam_season(serve)
    unit = season.unit
    await season.institution_is(unit, version=5, state="suspended")
    await season.institution_is(unit, version=4)
    await season.institution_is(unit, version=5)
    await season.supervisor_is(unit, version=7, active=False)
    await season.supervisor_is(unit, version=6)
    state = "SELECT count(*) FROM known_institution WHERE institution_id = $1 AND state = 'suspended' AND version = 5"
    assert await season.count(state, unit.id) == 1
    roster = "SELECT count(*) FROM known_supervisor WHERE supervisor_id = $1 AND NOT active AND version = 7"
    assert await season.count(roster, unit.supervisor_id) == 1


@pytest.mark.requirement("M7")
async def test_a_change_of_unit_in_the_wrong_order(serve: Serve) -> None:
    """The end of the old binding may come after the new one: the later binding counts all along (A25)."""
    season = await exam_season(serve)
    person = await season.has_person()
    other = await season.has_unit("后来医院")

    def binding(version: int, state: Any) -> BindingChanged:
        return BindingChanged(
            occurred_at=season.clock.now(),
            aggregate_version=version,
            binding_id=second,
            person_id=PersonId(person.id),
            institution_id=InstitutionId(other.id),
            institution_name=other.name,
            state=state,
            bound_at=season.clock.now(),
            ended_at=None,
        )

    second = BindingId(new_id())
    season.later(by=date.resolution)
    await season.service.deliver(binding(1, "active"))
    assert (await person.api.get("/profile")).body["binding"]["institution_name"] == "后来医院"
    await season.binds(person, season.unit, "ended")
    assert (await person.api.get("/profile")).body["binding"]["institution_name"] == "后来医院"
    await season.service.deliver(binding(2, "frozen"))
    profile = (await person.api.get("/profile")).body
    assert [one["code"] for one in profile["missing"]] == ["binding_frozen"]
    assert (await season.start(person)).code == "binding_frozen"


async def test_the_profile_is_masked(serve: Serve) -> None:
    """The candidate sees who this service takes him for, without the whole name or number (A24, V55)."""
    season = await exam_season(serve)
    person = await season.has_person()
    profile = (await person.api.get("/profile")).body
    assert profile["verified"]
    assert person.document_no not in str(profile)
    assert person.name not in str(profile)
    assert profile["document_no_masked"][-4:] == person.document_no[-4:]


async def test_the_roster_shows_names_to_bound_people_only(serve: Serve) -> None:
    """Own unit: the name to pick by. Other units: masked. Never the whole practising number (P2)."""
    season = await exam_season(serve)
    other = await season.has_unit("别家医院")
    person = await season.has_person()
    own = (await person.api.get("/supervisors")).body["items"]
    assert [(one["supervisor_id"], one["name"]) for one in own] == [(str(season.unit.supervisor_id), "顾维安")]
    masked = (await person.api.get(f"/supervisors?institution_id={other.id}")).body["items"]
    assert [one["name"] for one in masked] == ["顾*安"]
    assert "110420106000123" not in str((own, masked))
    assert (await (await season.has_person(bound=False)).api.get("/supervisors")).code == "binding_required"


async def test_the_tree_of_exam_bodies_is_kept(serve: Serve) -> None:
    """An exam body arrives with its path; an older event does not move it."""
    season = await exam_season(serve)
    zone, site = ExamBodyId(new_id()), ExamBodyId(new_id())

    def body(version: int, path: list[ExamBodyId]) -> ExamBodyChanged:
        return ExamBodyChanged(
            occurred_at=season.clock.now(),
            aggregate_version=version,
            exam_body_id=site,
            code="4201",
            name="江城考点",
            level="site",
            parent_id=zone,
            path=path,
            state="active",
        )

    await season.service.deliver(body(2, [zone, site]))
    await season.service.deliver(body(1, [site]))
    kept = "SELECT count(*) FROM known_exam_body WHERE exam_body_id = $1 AND path = $2::uuid[] AND version = 2"
    assert await season.count(kept, site, [zone, site]) == 1
