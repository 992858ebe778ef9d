"""Exam bodies over HTTP: who may create whom, where, and who sees them (B4, B18)."""

import asyncio
from uuid import UUID

import pytest

from services.institution.commands.bootstrap import bootstrap_command
from shared.contracts.institution import ExamBodyChanged, StaffRequested
from shared.security.sealing import unseal_from_event
from tests.integration.institution.library import ADMIN, ZONE, Library


@pytest.mark.requirement("B4")
async def test_the_zone_creates_a_site_and_has_its_admin_invited(library: Library) -> None:
    """A site appears below the zone, is announced with its path, and its administrator's invitation is asked for."""
    answer = await library.body("site", library.zone_id, ["420100"], code="4201")
    assert answer.status == 201
    site_id = UUID(answer.body["id"])
    assert answer.body["path"] == [str(library.zone_id), str(site_id)]
    announced = (await library.service.published(ExamBodyChanged))[-1]
    assert (announced.exam_body_id, announced.level, announced.code) == (site_id, "site", "4201")
    asked = (await library.service.published(StaffRequested))[-1]
    assert (asked.role, asked.scope_id, asked.scope_kind) == ("site_admin", site_id, "exam_body")
    place = f"{StaffRequested.TYPE}.phone:{asked.request_id}"
    assert unseal_from_event(library.service.keyring, "contact", place, asked.phone) == ADMIN["phone"]


@pytest.mark.requirement("B4")
async def test_a_site_admin_can_not_create_a_site(library: Library) -> None:
    """Graded responsibility: a site admin creates points below itself, never a site, never below another site."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420200"])
    site = library.staff("site_admin", site_id)
    assert (await library.body("site", site_id, [], by=site)).code == "exam_body_level_not_allowed"
    assert (await library.body("site", library.zone_id, [], by=site)).status == 404
    assert (await library.body("point", other_id, [], by=site)).status == 404
    assert (await library.body("point", site_id, ["420102"], by=site)).status == 201
    point = library.staff("point_admin", site_id)
    assert (await library.body("point", site_id, [], by=point)).status == 403


@pytest.mark.requirement("B4", "B5")
async def test_territory_is_a_part_of_the_parents_territory(library: Library) -> None:
    """A body answers only for divisions of the body above; unknown and former divisions are refused at their place."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    assert (await library.body("point", site_id, ["420202"])).code == "division_outside_territory"
    unknown = await library.body("point", site_id, ["420102", "420199"])
    assert unknown.code == "division_unknown"
    assert unknown.body["errors"][0]["pointer"] == "/division_codes/1"
    assert (await library.body("site", library.zone_id, ["421023"])).code == "division_unknown"


@pytest.mark.requirement("B18")
async def test_a_college_is_a_site_without_territory_of_its_own(library: Library) -> None:
    """A medical college's site has no division; its institutions may lie anywhere in the zone."""
    college_id = await library.body_id("site", library.zone_id, [])
    college = library.staff("site_admin", college_id)
    issued = await library.issue(by=college, division_code="420302")
    assert issued.status == 201
    assert issued.body["filing_body_id"] == str(college_id)


async def test_code_and_name_are_taken_once_under_race(library: Library) -> None:
    """Of ten parallel creations with one code exactly one succeeds."""
    made = [library.body("site", library.zone_id, [], code="RACE") for _ in range(10)]
    answers = await asyncio.gather(*made)
    assert sorted(a.status for a in answers) == [201] + [409] * 9
    assert {a.code for a in answers if a.status == 409} == {"exam_body_taken"}


async def test_everybody_sees_the_own_subtree_only(library: Library) -> None:
    """A site lists itself and its points, page by page, and nothing of its neighbour."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420200"])
    points = [await library.body_id("point", site_id, []) for _ in range(3)]
    await library.body_id("point", other_id, [])
    site, seen, cursor = library.staff("site_admin", site_id), [], ""
    while True:
        page = (await site.get(f"/exam-bodies?limit=2{cursor}")).body
        seen += [UUID(item["id"]) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [site_id, *points]
    assert (await library.zone.get("/exam-bodies?level=point")).body["items"][0]["level"] == "point"


async def test_bootstrap_is_done_once(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """A second bootstrap changes nothing and says that the zone exists."""
    before = len(await library.service.published(StaffRequested))
    assert await bootstrap_command(library.service.deps, ZONE) == 0
    assert "已存在" in capsys.readouterr().out
    assert len(await library.service.published(StaffRequested)) == before


async def test_bootstrap_announces_zone_and_admin(library: Library) -> None:
    """The first events of all are the zone and the request for its administrator, asked for by nobody."""
    zone = (await library.service.published(ExamBodyChanged))[0]
    asked = (await library.service.published(StaffRequested))[0]
    assert (zone.exam_body_id, zone.level, zone.path) == (library.zone_id, "zone", [library.zone_id])
    assert (asked.role, asked.scope_id, asked.requested_by) == ("zone_admin", library.zone_id, None)


async def test_bootstrap_without_a_known_province_fails(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """A zone whose province was not loaded is refused with advice, and nothing is created."""
    argv = ["--zone-code", "43", *ZONE[2:]]
    assert await bootstrap_command(library.service.deps, argv) == 2
    assert "load-divisions" in capsys.readouterr().err
    assert len(await library.service.published(ExamBodyChanged)) == 1


async def test_divisions_can_be_picked(library: Library) -> None:
    """A picker walks from the province to 103 counties and 2 statistical areas; former codes are not offered."""
    anybody = library.service.caller("candidate")
    provinces = (await anybody.get("/divisions")).body["items"]
    assert [p["code"] for p in provinces] == ["420000"]
    counties = []
    for prefecture in (await anybody.get("/divisions?parent=420000")).body["items"]:
        counties += (await anybody.get(f"/divisions?parent={prefecture['code']}")).body["items"]
    assert len([c for c in counties if not c["statistical"]]) == 103
    assert len([c for c in counties if c["statistical"]]) == 2
    assert "421023" not in {c["code"] for c in counties}
