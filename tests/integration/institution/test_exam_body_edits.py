"""Exam bodies are renamed, redrawn, moved, merged and closed by the body above, over HTTP (B4, B5, B18, 5.8)."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from services.institution.domain.exam_body import Territory
from services.institution.storage import exam_bodies, exam_body_tree
from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.ids import new_id
from shared.postgres.transaction import Reader
from tests.integration.institution.districts import REASON, Districts
from tests.integration.institution.library import Library


@pytest.mark.requirement("B4")
async def test_only_the_body_above_edits(library: Library) -> None:
    """A site renames its points and not itself; what lies outside does not exist; a stale version is refused."""
    at = await Districts.open(library)
    site, other = at.admin(at.site), at.admin(at.other_site)
    renamed = await at.edit("name", at.point, by=site, name="江岸区报名点")
    assert (renamed.status, renamed.body["name"], renamed.body["version"]) == (200, "江岸区报名点", 2)
    assert (await at.edit("name", at.site, by=site, name="自封考点")).code == "own_exam_body"
    assert (await at.edit("name", at.point, by=other, name="别处改名")).status == 404
    assert (await at.edit("name", at.point, by=site, version=1, name="旧版改名")).code == "stale_version"
    assert (await at.edit("name", library.zone_id, name="自封考区")).code == "own_exam_body"
    assert (await at.edit("name", at.other_point, by=site, name="江岸区报名点")).code == "exam_body_taken"
    point = library.staff("point_admin", at.point)
    assert (await at.edit("name", at.point, by=point, name="自封报名点")).status == 403


@pytest.mark.requirement("B4", "B18")
async def test_territories_stay_apart_covered_and_inhabited(library: Library) -> None:
    """No overlap of siblings, nothing outside the body above, no institution outside its body, no unknown division."""
    at = await Districts.open(library)
    await library.hospital(filing_body_id=str(at.point))
    for codes, refusal in (
        (["420102", "420103"], "territories_overlap"),
        (["420102", "420202"], "territory_not_covered"),
        (["420104"], "institutions_without_body"),
        (["421023"], "division_unknown"),
    ):
        refused = await at.edit("territory", at.point, division_codes=codes)
        assert refused.code == refusal, codes
    grown = await at.edit("territory", at.point, division_codes=["420102", "420104"])
    assert (grown.status, grown.body["division_codes"]) == (200, ["420102", "420104"])
    created = await library.body("point", at.site, ["420104"])
    assert created.code == "territories_overlap"


@pytest.mark.requirement("B18")
async def test_a_moved_county_takes_its_institutions_along_and_leaves_its_past(library: Library) -> None:
    """A point goes to a site without territory of its own: institutions are seen there and not in the old place, and
    who answered for one before is still known by the names of then."""
    at = await Districts.open(library)
    college = await library.body_id("site", library.zone_id, [])
    unit = await library.hospital(filing_body_id=str(at.point))
    before = library.clock.now().isoformat()
    library.clock.advance(timedelta(days=1))
    moved = await at.edit("move", at.point, parent_id=college)
    assert moved.status == 200, moved.body
    assert moved.body["path"] == [str(library.zone_id), str(college), str(at.point)]
    lines = (await at.admin(college).get("/institutions")).body["items"]
    assert [one["id"] for one in lines] == [str(unit.id)]
    assert (await at.admin(at.site).get("/institutions")).body["items"] == []
    assert (await at.admin(at.site).get(f"/institutions/{unit.id}")).status == 404
    assert await at.chain(unit, before) == [str(library.zone_id), str(at.site), str(at.point)]
    assert await at.chain(unit) == [str(library.zone_id), str(college), str(at.point)]
    told = (await library.service.published(InstitutionChanged))[-1]
    assert (told.institution_id, told.filing_body_path) == (unit.id, [library.zone_id, college, at.point])
    (term,) = (await at.zone.get(f"/exam-bodies/{at.point}/history")).body["items"]
    assert (term["ended_by_change"], term["parent_id"], term["reason"]) == ("move", str(at.site), REASON)
    assert (await at.edit("move", at.other_point, parent_id=at.other_site)).code == "territory_not_covered"
    assert (await at.edit("move", at.site, parent_id=at.other_site)).code == "exam_body_parent_level_wrong"
    assert (await at.edit("move", at.other_point, by=at.admin(at.site), parent_id=at.other_site)).status == 404


@pytest.mark.requirement("B4", "B18")
async def test_a_merged_point_goes_up_in_another(library: Library) -> None:
    """The successor has divisions and institutions of both; the merged body answers for nothing new, what it answered
    for before stays with it, and its name is free again."""
    at = await Districts.open(library)
    unit = await library.hospital(filing_body_id=str(at.point))
    await at.edit("name", at.point, name="江岸区报名点")
    before = library.clock.now().isoformat()
    library.clock.advance(timedelta(hours=1))
    merged = await at.edit("merger", at.point, by=at.admin(at.site), into_id=at.other_point)
    assert merged.status == 200, merged.body
    assert (merged.body["id"], merged.body["division_codes"]) == (str(at.other_point), ["420102", "420103"])
    gone = await at.seen(at.point)
    assert (gone["state"], gone["successor_id"], gone["division_codes"]) == ("merged", str(at.other_point), [])
    heir = library.staff("point_admin", at.other_point)
    assert [one["id"] for one in (await heir.get("/institutions")).body["items"]] == [str(unit.id)]
    assert (await library.staff("point_admin", at.point).get("/institutions")).body["items"] == []
    assert await at.chain(unit, before) == [str(library.zone_id), str(at.site), str(at.point)]
    assert (await at.chain(unit))[-1] == str(at.other_point)
    (former,) = (await at.owner(unit).get(f"/institutions/{unit.id}/former-filing-bodies")).body["items"]
    assert (former["filing_body_id"], former["reason"]) == (str(at.point), REASON)
    told = {one.exam_body_id: one for one in await library.service.published(ExamBodyChanged)}
    assert (told[at.point].state, told[at.other_point].state) == ("merged", "active")
    issued = await library.issue(by=at.zone, filing_body_id=str(at.point))
    assert issued.code == "exam_body_not_active"
    assert (await at.edit("name", at.point, name="死灰复燃")).code == "exam_body_not_active"
    assert (await at.edit("name", at.other_point, name="江岸区报名点")).status == 200


@pytest.mark.requirement("B4")
async def test_what_may_not_merge(library: Library) -> None:
    """A body merges neither with itself nor with another level, nor into the body of whoever asks."""
    at = await Districts.open(library)
    assert (await at.edit("merger", at.point, into_id=at.point)).code == "same_exam_body"
    assert (await at.edit("merger", at.point, into_id=at.other_site)).code == "merge_levels_differ"
    assert (await at.edit("merger", at.point, by=at.admin(at.site), into_id=at.site)).code == "own_exam_body"
    assert (await at.edit("merger", at.point, by=at.admin(at.site), into_id=at.other_site)).status == 404


@pytest.mark.requirement("B4", "B18")
async def test_two_merged_sites_join_their_points(library: Library) -> None:
    """Bodies below come along; a closed one stays where it was."""
    at = await Districts.open(library)
    closed = await library.body_id("point", at.site, ["420104"])
    assert (await at.edit("closure", closed)).body["state"] == "closed"
    merged = await at.edit("merger", at.site, into_id=at.other_site)
    assert (merged.status, merged.body["division_codes"]) == (200, ["420100", "420200"])
    assert (await at.seen(at.point))["path"] == [str(library.zone_id), str(at.other_site), str(at.point)]
    assert (await at.seen(closed))["path"] == [str(library.zone_id), str(at.site), str(closed)]


@pytest.mark.requirement("B4")
async def test_nobody_is_left_behind_by_a_closure(library: Library) -> None:
    """A body closes when neither bodies nor living institutions depend on it; its divisions are free then."""
    at = await Districts.open(library)
    unit = await library.hospital(filing_body_id=str(at.point))
    assert (await at.edit("closure", at.site)).code == "bodies_without_parent"
    assert (await at.edit("closure", at.point)).code == "institutions_without_body"
    assert (await at.rehouse(unit, at.site)).status == 200
    closed = await at.edit("closure", at.point)
    assert (closed.status, closed.body["state"], closed.body["division_codes"]) == (200, "closed", [])
    shown = (await at.zone.get("/exam-bodies?state=closed")).body["items"]
    assert [one["id"] for one in shown] == [str(at.point)]
    assert (await library.body("point", at.site, ["420102"])).status == 201


@pytest.mark.requirement("B5")
async def test_the_filing_body_is_changed_from_above_both(library: Library) -> None:
    """A site sends an institution from point to point, but not to itself; the zone may do everything, also take it
    (directly affiliated, B18); a body that does not cover the division is refused."""
    at = await Districts.open(library)
    shared = await library.body_id("point", at.site, [])
    unit = await library.hospital(filing_body_id=str(at.point))
    site = at.admin(at.site)
    assert (await at.rehouse(unit, shared, by=site)).status == 200
    assert (await at.rehouse(unit, at.site, by=site)).code == "not_above_both"
    assert (await at.rehouse(unit, at.other_point, by=site)).code == "division_outside_territory"
    assert (await at.rehouse(unit, at.other_site, by=site)).status == 404
    assert (await at.rehouse(unit, library.zone_id)).status == 200
    assert (await at.rehouse(unit, at.point, by=site)).status == 404
    assert await at.chain(unit) == [str(library.zone_id)]
    page = (await at.owner(unit).get(f"/institutions/{unit.id}/former-filing-bodies?limit=1")).body
    assert page["items"][0]["filing_body_id"] == str(shared)
    rest = (await at.owner(unit).get(f"/institutions/{unit.id}/former-filing-bodies?cursor={page['next_cursor']}")).body
    assert [one["filing_body_id"] for one in rest["items"]] == [str(at.point)]


async def test_before_it_was_in_the_library_nobody_answered(library: Library) -> None:
    """A moment before the institution, like an institution outside, has no answer."""
    at = await Districts.open(library)
    unit = await library.hospital(filing_body_id=str(at.point))
    path = f"/institutions/{unit.id}/responsibility"
    assert (await at.owner(unit).get(f"{path}?at=2020-01-01T00:00:00%2B08:00")).status == 404
    assert (await at.admin(at.other_site).get(path)).status == 404
    assert (await at.zone.get(f"/exam-bodies/{new_id()}/history")).status == 404
    assert (await at.admin(at.other_site).get(f"/institutions/{unit.id}/former-filing-bodies")).status == 404


@pytest.mark.requirement("B4")
async def test_two_bodies_created_at_once_do_not_overlap(library: Library) -> None:
    """Edits of a zone take turns: of many that want the same division one gets it."""
    at = await Districts.open(library)
    asked = await asyncio.gather(*(library.body("point", at.site, ["420104"]) for _ in range(6)))
    assert Counter(one.status for one in asked) == {201: 1, 409: 5}
    assert {one.code for one in asked if one.status == 409} == {"territories_overlap"}


@pytest.mark.requirement("B4")
async def test_without_taking_turns_they_would_overlap(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with the turnstile off, edits at once make siblings overlap."""
    at = await Districts.open(library)
    gate = asyncio.Barrier(2)
    real = exam_body_tree.select_subtree

    async def no_turn(_tx: object, _body: UUID, _scope: UUID) -> UUID:
        return library.zone_id

    async def all_at_once(reader: Reader, body_id: UUID) -> list[Territory]:
        found = await real(reader, body_id)
        await asyncio.wait_for(gate.wait(), 10)
        return found

    monkeypatch.setattr(exam_body_tree, "lock_zone", no_turn)
    monkeypatch.setattr(exam_body_tree, "select_subtree", all_at_once)
    first, second = await asyncio.gather(*(library.body("point", at.site, ["420104"]) for _ in range(2)))
    assert (first.status, second.status) == (201, 201)
    async with library.service.database.read() as reader:
        found = await exam_bodies.select_page(reader, at.site, None, "point", None, 10)
    assert [one.division_codes for one in found].count(("420104",)) == 2
