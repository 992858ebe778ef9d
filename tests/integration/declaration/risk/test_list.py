"""The list of signals: looked for by the job, explained, scoped, decided; never a refusal (8.2, B1)."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.declaration.domain.content import Content
from services.declaration.use_cases.risk.examine_subjects import examine_subjects
from shared.ids import new_id
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from tests.integration.declaration.filing.year import Declared, probation
from tests.integration.declaration.risk.county import County, county, guided
from tests.support.service_under_test import Serve

EARLY = probation(date(2025, 6, 1))


async def crowd(place: County, people: int = 6, content: Content = EARLY) -> tuple[list[Declared], UUID]:
    """So many people with one supervisor, who began before they graduated."""
    guide = await place.has_supervisor(place.year.institution_id)
    return [await place.year.declare("submitted", content=guided(content, guide)) for _ in range(people)], guide


@pytest.mark.requirement("B1", "F1", "F12")
async def test_a_hit_explains_itself(serve: Serve) -> None:
    """Rule, value, threshold, score, days and masked people stand in the hit; no whole name or number does."""
    place = await county(serve)
    await crowd(place)
    await place.examine()
    assert sorted(one["rule"] for one in await place.hits()) == ["F1", *["F12"] * 6]
    (hit,) = await place.hits("F1")
    shown = await place.detail(hit)
    assert (shown["value"], shown["limits"]["trainees"], shown["thresholds_version"]) == (6, 5, 2)
    assert "2025-06-01" in shown["explanation_zh"]
    assert "2025-06-01" in shown["explanation_en"]
    assert shown["subject_masked"] == "顾*安 …0123"
    assert len(shown["people"]) == 6
    assert all("*" in one["name_masked"] and "*" in one["document_no_masked"] for one in shown["people"])
    early = await place.detail((await place.hits("F12"))[0])
    assert early["inputs"] == {"began_on": "2025-06-01", "graduated_on": "2025-06-30"}
    looks = "SELECT count(*) FROM audit_entry WHERE action = 'risk.view'"
    assert await place.count(looks) == 2
    resting = "SELECT count(*) FROM risk_hit WHERE position('2025-06'::bytea IN evidence) > 0"
    assert await place.count(resting) == 0


@pytest.mark.requirement("B1")
async def test_only_the_bodies_above_see_it(serve: Serve) -> None:
    """Zone, site and point above the institution see the hit; another site sees an empty list and 404; people that it
    names and that declared elsewhere are counted, not shown."""
    place = await county(serve)
    year = place.year
    await crowd(place, 5)
    far = await place.has_institution(path=[year.zone_id, year.other_site_id])
    twin = await place.has_supervisor(far)
    await year.declare("submitted", institution_id=far, content=guided(EARLY, twin))
    await place.examine()
    here = place.body(year.point_id, "point_admin")
    for caller in (place.zone, place.body(year.site_id), here, place.body(year.zone_id, "auditor")):
        assert await place.hits("F1", by=caller)
    (mine,) = await place.hits("F1", by=here)
    shown = await place.detail(mine, by=here)
    assert (len(shown["people"]), shown["people_elsewhere"]) == (5, 1)
    other = place.body(year.other_site_id)
    assert {one["institution_id"] for one in await place.hits(by=other)} == {str(far)}
    assert (await other.get(f"/risk-hits/{mine['id']}")).status == 404
    assert (await place.decide(mine, "dismissed", by=other)).status == 404
    assert await place.hits(by=place.body(new_id())) == []
    assert (await year.unit.get("/risk-hits")).status == 403
    assert (await year.service.caller("candidate").get("/risk-hits")).status == 403


@pytest.mark.requirement("B1")
async def test_looking_twice_changes_nothing_and_what_vanished_is_cleared(serve: Serve) -> None:
    """The second look writes nothing; a withdrawn declaration clears its hits and those that it was counted in, with
    the time; coming back it opens them again; decided ones stay as they were decided."""
    place = await county(serve)
    people, _ = await crowd(place)
    await place.examine()
    digest = "SELECT hashtext(string_agg(id::text || version || state, ',' ORDER BY id)) FROM risk_hit"
    before = await place.count(digest)
    await place.examine()
    assert await place.count(digest) == before
    mine = next(one for one in await place.hits("F12"))
    assert (await place.decide(mine, "dismissed")).status == 200
    await place.execute("UPDATE declaration SET state = 'withdrawn'")
    place.year.clock.advance(timedelta(minutes=1))
    await place.examine()
    assert await place.hits() == []
    cleared = await place.hits(state="cleared")
    assert len(cleared) == 6
    assert all(one["cleared_at"] for one in cleared)
    assert [one["id"] for one in await place.hits(state="dismissed")] == [mine["id"]]
    assert (await place.decide(cleared[0], "dismissed")).code == "risk_hit_cleared"
    await place.execute("UPDATE declaration SET state = 'submitted'")
    await place.examine()
    assert {one["id"] for one in await place.hits()} == {one["id"] for one in cleared}
    found = "SELECT count(*) FROM audit_entry WHERE action = $1"
    assert await place.count(found, "risk.clear") == 6
    assert len(people) == 6


@pytest.mark.requirement("B1")
async def test_a_decision_is_kept_with_its_reason(serve: Serve) -> None:
    """Followed up, then sanctioned, each with reason, role and time; a stale version, a second verdict and an unknown
    decision are refused; the reason rests sealed."""
    place = await county(serve)
    await crowd(place)
    await place.examine()
    (hit,) = await place.hits("F1")
    first = await place.decide(hit, "followed_up", by=place.body(place.year.site_id))
    assert first.body["state"] == "followed_up", first.body
    assert (await place.decide(hit, "sanctioned")).code == "stale_version"
    second = await place.decide(hit | {"version": first.body["version"]}, "sanctioned")
    assert second.status == 200, second.body
    again = await place.decide(hit | {"version": second.body["version"]}, "dismissed")
    assert again.code == "risk_hit_decided"
    assert (await place.decide(hit, "forgotten")).status == 422
    shown = await place.detail(hit)
    steps = [(one["decision"], one["role"], one["reason"]) for one in shown["decisions"]]
    assert steps == [
        ("followed_up", "site_admin", "已约谈机构并核对考勤"),
        ("sanctioned", "zone_admin", "已约谈机构并核对考勤"),
    ]
    sealed = "SELECT count(*) FROM risk_decision WHERE position(convert_to('约谈', 'UTF8') IN reason) > 0"
    assert await place.count(sealed) == 0
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'risk.decide' AND subject_id = $1"
    assert await place.count(audited, hit["id"]) == 2


@pytest.mark.requirement("B1")
async def test_something_worse_than_what_was_dismissed_is_a_new_hit(serve: Serve) -> None:
    """Six trainees were dismissed; a seventh makes a new hit beside the old one, the same six do not."""
    place = await county(serve)
    _, guide = await crowd(place)
    await place.examine()
    (hit,) = await place.hits("F1")
    await place.decide(hit, "dismissed")
    await place.examine()
    assert await place.hits("F1") == []
    await place.year.declare("submitted", content=guided(EARLY, guide))
    await place.examine()
    assert [one["value"] for one in await place.hits("F1")] == [7]
    assert [one["value"] for one in await place.hits("F1", state="dismissed")] == [6]


@pytest.mark.requirement("B1")
async def test_pages_and_filters(serve: Serve) -> None:
    """Highest score first, no hit twice and none lost; by rule, by institution, by person without an address that names
    anybody; another cycle has none."""
    place = await county(serve)
    people, _ = await crowd(place)
    await place.examine()
    pages, cursor = [], ""
    while True:
        page = (await place.zone.get(f"/risk-hits?limit=2{cursor}")).body
        pages += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(pages) == len({one["id"] for one in pages}) == 7
    assert [one["score"] for one in pages] == sorted((one["score"] for one in pages), reverse=True)
    one = people[2]
    for text in (one.name, one.document_no):
        found = (await place.zone.post("/risk-hit-searches", {"q": text})).body["items"]
        assert [(hit["rule"], hit["subject_kind"]) for hit in found] == [("F12", "declaration")]
    assert (await place.zone.post("/risk-hit-searches", {"q": "查无此人"})).body["items"] == []
    mine = f"/risk-hits?institution_id={place.year.institution_id}"
    assert len((await place.zone.get(mine)).body["items"]) == 7
    assert (await place.zone.get(f"/risk-hits?institution_id={new_id()}")).body["items"] == []
    assert (await place.zone.get(f"/risk-hits?cycle_id={new_id()}")).body["items"] == []
    assert (await place.zone.get("/risk-hits?rule=drop")).status == 422


@pytest.mark.requirement("B1")
async def test_hits_follow_their_institution(serve: Serve) -> None:
    """Moved to another site, its hits are that site's to see."""
    place = await county(serve)
    year = place.year
    await crowd(place)
    await place.examine()
    await place.has_institution(year.institution_id, version=9, path=[year.zone_id, year.other_site_id])
    assert await place.hits(by=place.body(year.site_id)) == []
    assert len(await place.hits(by=place.body(year.other_site_id))) == 7
    assert len(await place.hits()) == 7


@pytest.mark.requirement("B1")
async def test_what_does_not_open_holds_up_nobody(serve: Serve) -> None:
    """A snapshot that was tampered with is put off and looked at again later; everybody else is looked at all the
    same."""
    place = await county(serve)
    people, _ = await crowd(place)
    broken = await place.year.declare("submitted")
    moved = "UPDATE declaration SET submission = 2 WHERE id = $1"
    await place.execute(moved, broken.id)
    await place.execute(
        "INSERT INTO declaration_snapshot SELECT declaration_id, 2, version, institution_id, content,"
        " catalogue_version, notice_version, submitted_at FROM declaration_snapshot WHERE declaration_id = $1",
        broken.id,
    )
    await place.examine()
    assert len(await place.hits("F12")) == len(people)
    waiting = "SELECT count(*) FROM risk_task WHERE subject_id = $1"
    assert await place.count(waiting, broken.id) == 1
    assert await place.count("SELECT count(*) FROM risk_task") == 1


async def crash_after(database: Database, work: Callable[[Transaction], Awaitable[int]]) -> None:
    """Do the work of four subjects, and die before it is committed."""
    async with database.transaction() as tx:
        assert await work(tx) == 4
        raise ZeroDivisionError


@pytest.mark.requirement("B1")
async def test_a_crash_in_the_middle_loses_no_subject(serve: Serve) -> None:
    """What a batch took comes back when its transaction fails, and the next worker goes on."""
    place = await county(serve)
    await crowd(place)
    database, deps = place.year.service.database, place.year.service.deps
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)"
            " SELECT 'declaration', id, cycle_id, '2026-01-01' FROM declaration"
        )

    async def four(tx: Transaction) -> int:
        return await examine_subjects(tx, keyring=deps.keyring, now=deps.clock.now(), limit=4)

    with pytest.raises(ZeroDivisionError):
        await crash_after(
            database, lambda tx: examine_subjects(tx, keyring=deps.keyring, now=deps.clock.now(), limit=4)
        )
    assert await place.hits() == []
    await place.run("examine-risks")
    assert len(await place.hits("F12")) == 6
    assert len(await place.hits("F1")) == 1
