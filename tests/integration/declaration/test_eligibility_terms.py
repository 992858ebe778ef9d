"""What a year and the zone decide about eligibility over the API: terms, and bans of people."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.contracts.declaration import BanChanged
from shared.ids import new_id
from tests.integration.declaration.forms import complete_content, current_period
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Answer, Serve

STANDARD = {"transitional_secondary": True, "practice_cutoff": None}
_RURAL = """
INSERT INTO exam_category (catalogue_version, code, exam_level, route, family, name_zh, name_en, valid_from)
VALUES (1, '219', 'assistant_physician', 'prescribed_education', 'rural_general', '乡村全科', 'Rural', '2016-01-01')
"""


async def problems(draft: Draft) -> set[str]:
    """The codes that the preview shows."""
    return {one["code"] for one in (await draft.person.api.get(f"{draft.path}/preview")).body["problems"]}


async def _terms(season: Season, version: int, **changes: Any) -> Answer:
    path = f"/cycles/{season.cycle_id}/eligibility-terms"
    return await season.zone.put(path, STANDARD | changes, version=version)


@pytest.mark.requirement("R03", "R05", "R27", "R28")
async def test_the_terms_of_a_year(serve: Serve) -> None:
    """The zone closes the way of secondary diplomas, moves the cut-off and gives the text for rural practice; drafts
    are judged by that at once; stale versions, other years' dates and half a text are refused; anybody may read it."""
    season = await exam_season(serve)
    person = await season.has_person()
    async with season.service.database.transaction() as tx:
        await tx.execute(_RURAL)
    started = await season.start(person, code="210", level="assistant_physician")
    draft = Draft(started.body["id"], started.body["version"], person)
    content = complete_content(season.unit)
    content["education"][0] |= {"level": "41", "enrolled_on": "2008-09-01", "graduated_on": "2011-06-30"}
    await season.save(draft, content)
    await season.attach(draft, "diploma")
    assert await problems(draft) == set()

    anybody, path = season.service.anonymous(), f"/cycles/{season.cycle_id}/eligibility-terms"
    assert (await anybody.get(path)).body["version"] == 0
    assert (await _terms(season, 1)).code == "stale_version"
    assert (await _terms(season, 0, practice_cutoff="2028-01-01")).code == "practice_cutoff_outside"
    assert (await _terms(season, 0, rural_text_zh="本地条件")).status == 422
    changed = await _terms(
        season,
        0,
        transitional_secondary=False,
        practice_cutoff="2026-12-31",
        rural_text_zh="须在乡镇卫生院工作。",
        rural_text_en="Work in a township centre.",
    )
    assert (changed.status, changed.headers["ETag"]) == (200, '"1"')
    assert (await anybody.get(path)).body["practice_cutoff"] == "2026-12-31"
    assert await problems(draft) == {"R00", "R03S"}
    wish = {"exam_level": "assistant_physician", "exam_category_code": "219", "route": "prescribed_education"}
    chosen = await person.api.put(f"{draft.path}/choice", wish, version=draft.version)
    assert chosen.status == 200, chosen.body
    warnings = (await person.api.get(f"{draft.path}/preview")).body["warnings"]
    assert [one["detail"] for one in warnings if one["code"] == "R28"] == [
        "须在乡镇卫生院工作。请确认本人符合当地条件。"
    ]


@pytest.mark.requirement("R29")
async def test_a_ban_blocks_until_its_last_day(serve: Serve) -> None:
    """A barred person can fill in but not hand in, is told why and until when, by an event and on request; on the day
    after its end, or once it is lifted with a reason, nothing stands against the declaration any more."""
    season = await exam_season(serve)
    draft, other = await season.draft(), await season.draft()
    today = season.clock.now().date()
    body = {
        "document_type": "resident_id",
        "document_no": draft.person.document_no,
        "reason_code": "false_material",
        "note": "上年度提供虚假证明",
        "until": (today + timedelta(days=3)).isoformat(),
    }
    zone = season.zone
    assert (await zone.post("/bans", body | {"until": (today - timedelta(days=1)).isoformat()})).code == (
        "ban_ends_in_the_past"
    )
    assert (await zone.post("/bans", body | {"until": None})).code == "ban_needs_an_end"
    assert (await zone.post("/bans", body | {"document_no": "420106199003079999"})).code == "person_unknown"
    ban = await zone.post("/bans", body)
    assert (ban.status, ban.body["in_force"]) == (201, True), ban.body
    assert draft.person.document_no not in str(ban.body)

    refused = await season.submit(draft)
    assert [(one["code"], body["until"] in one["detail"]) for one in refused.body["errors"]] == [("R29", True)]
    assert await problems(other) == set()
    (own,) = (await draft.person.api.get("/own-bans")).body["items"]
    assert (own["reason_code"], own["until"], "note" in own) == ("false_material", body["until"], False)
    assert (await other.person.api.get("/own-bans")).body["items"] == []
    detail = await zone.get(f"/bans/{ban.body['id']}")
    assert detail.body["note"] == "上年度提供虚假证明"
    search = {"document_type": "resident_id", "document_no": draft.person.document_no}
    assert [one["id"] for one in (await zone.post("/ban-searches", search)).body["items"]] == [ban.body["id"]]
    assert (await zone.post("/ban-searches", search | {"in_force": False})).body["items"] == []
    for_life = await zone.post("/bans", body | {"reason_code": "organised_cheating", "until": None})
    assert await problems(draft) == {"R29L"}

    path = f"/bans/{for_life.body['id']}/lifting"
    assert (await zone.post(path, {"note": "复核后撤销"}, version=2)).code == "stale_version"
    lifted = await zone.post(path, {"note": "复核后撤销"}, version=1)
    assert (lifted.body["in_force"], lifted.body["version"]) == (False, 2)
    assert (await zone.post(path, {"note": "再次撤销"}, version=2)).code == "ban_already_lifted"
    assert await problems(draft) == {"R29"}
    season.later(timedelta(days=3))
    assert await problems(draft) == {"R29"}
    season.later(timedelta(days=1))
    assert (await season.submit(draft)).status == 201
    told = await season.service.published(BanChanged)
    assert [(one.state, one.until) for one in told] == [
        ("imposed", date.fromisoformat(body["until"])),
        ("imposed", None),
        ("lifted", None),
    ]
    trail = "SELECT count(*) FROM audit_entry WHERE action = ANY (ARRAY['ban.impose', 'ban.lift', 'ban.open'])"
    assert await season.count(trail) == 4


async def test_bans_are_the_zones_alone_and_page(serve: Serve) -> None:
    """Nobody below the zone bars anybody; the list pages from the newest on."""
    season = await exam_season(serve)
    people = [await season.has_person() for _ in range(3)]
    ids = []
    for person in people:
        body = {"document_type": "resident_id", "document_no": person.document_no, "reason_code": "practice_law"}
        made = await season.zone.post("/bans", body | {"note": "依据处罚决定", "until": "2027-12-31"})
        ids.append(made.body["id"])
    for role in ("site_admin", "institution_owner", "auditor"):
        assert (await season.service.caller(role, scope_id=new_id()).get("/bans")).status == 403
    first = (await season.zone.get("/bans?limit=2&in_force=true")).body
    second = (await season.zone.get(f"/bans?limit=2&cursor={first['next_cursor']}")).body
    assert [one["id"] for one in (*first["items"], *second["items"])] == ids[::-1]
    assert second["next_cursor"] is None


@pytest.mark.requirement("R25")
async def test_the_grade_of_a_hospital_is_the_librarys(serve: Serve) -> None:
    """What a body says about the grade of an institution is replaced by what the library says, or dropped."""
    season = await exam_season(serve)
    draft = await season.draft()
    rows = [
        current_period(season.unit) | {"institution_grade": "特级"},
        current_period(season.unit, "2024-01-01", "2024-06-30")
        | {
            "is_current": False,
            "institution_name": "外省某院",
            "division_code": "430100",
            "institution_grade": "三级甲等",
        },
    ]
    await season.save(draft, complete_content(season.unit) | {"periods": rows})
    periods = (await draft.person.api.get(draft.path)).body["content"]["periods"]
    assert [one["institution_grade"] for one in periods] == ["三级甲等", None]
