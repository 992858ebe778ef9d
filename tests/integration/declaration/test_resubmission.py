"""Back from the unit and handed in again: every reason answered, the difference shown to both sides (A42, P18, 4.4)."""

from typing import Any

import pytest

from tests.integration.declaration.forms import ALLOWANCE, complete_content, current_period, prior_period
from tests.integration.declaration.returning import CHANGED, answer
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Serve

TWO = {
    "reasons": [
        {"pointer": "/periods/0/from", "code": "period_wrong", "text": "起始日期与考勤不符"},
        {"pointer": "", "code": "other", "text": "毕业证照片反光"},
    ]
}
EXPLAINED = {"place": 1, "answer": "explained", "explanation": "照片清晰，请放大查看。"}


async def returned(season: Season) -> Draft:
    """A declaration that came back with two reasons."""
    draft = await season.submitted()
    done = await season.decide(draft, "return", TWO)
    assert done.status == 200, done.body
    return draft


def content_of(season: Season, **more: Any) -> dict[str, Any]:
    """The form with another beginning of the period."""
    content = complete_content(season.unit)
    content["periods"][0] |= {"from": "2025-07-08", **more}
    return content


@pytest.mark.requirement("A42", "P18")
async def test_every_reason_is_answered_before_it_is_handed_in_again(serve: Serve) -> None:
    """A submission names each reason that has no answer, the preview says the same; with all answered it passes."""
    season = await exam_season(serve)
    draft = await returned(season)
    await season.save(draft, content_of(season))
    refused = await season.submit(draft)
    assert (refused.status, refused.code) == (422, "declaration_incomplete")
    assert [(one["pointer"], one["code"]) for one in refused.body["errors"]] == [
        ("/reasons/0", "reason_unanswered"),
        ("/reasons/1", "reason_unanswered"),
    ]
    assert (await answer(draft, CHANGED)).status == 200
    preview = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert preview["ready"] is False
    assert [one["pointer"] for one in preview["problems"]] == ["/reasons/1"]
    assert [one["pointer"] for one in (await season.submit(draft)).body["errors"]] == ["/reasons/1"]
    assert (await answer(draft, EXPLAINED)).status == 200
    assert (await draft.person.api.get(f"{draft.path}/preview")).body["ready"] is True
    assert (await season.submit(draft)).body["submission"] == 2


@pytest.mark.requirement("A42", "P18")
async def test_reviewers_see_reason_answer_and_difference_together(serve: Serve) -> None:
    """Field by field with labels in both languages, files too, each reason with its answer and whether anything changed
    where it pointed; the old version stays for comparison."""
    season = await exam_season(serve)
    draft = await returned(season)
    former = (await draft.person.api.get(draft.path)).body["documents"][0]["id"]
    await draft.person.api.call("DELETE", f"{draft.path}/files/{former}")
    assert (await season.attach(draft, "photo")).status == 201
    await season.attach(draft, "diploma")
    row = (await draft.person.api.get(draft.path)).body["content"]["periods"][0]
    await season.save(draft, content_of(season, id=row["id"]))
    await answer(draft, CHANGED, EXPLAINED)
    own = (await draft.person.api.get(f"{draft.path}/difference")).body
    assert (await season.submit(draft)).status == 201
    shown = await season.reviewer().get(f"/reviews/{draft.id}/difference")
    assert shown.status == 200, shown.body
    body = shown.body
    assert (body["since"], body["submission"], body["unanswered"]) == (1, 2, 0)
    assert body["changes"] == [
        {
            "pointer": "/periods/0/from",
            "label": {"zh": "试用经历第1段·开始日期", "en": "Probation row 1: From"},
            "before": {"zh": "2025-07-01", "en": "2025-07-01"},
            "after": {"zh": "2025-07-08", "en": "2025-07-08"},
        }
    ]
    # The diploma was uploaded again with the same content: the same file.
    assert [(one["kind"], bool(one["label"]["en"])) for one in body["files_added"]] == [("photo", True)]
    assert body["files_removed"] == []
    first, second = body["reasons"]
    assert (first["answer"], first["changes"], first["is_changed"]) == ("changed", [0], True)
    assert first["label"]["zh"] == "试用起止时间或科室有误"
    assert (second["answer"], second["explanation"], second["is_changed"]) == (
        "explained",
        EXPLAINED["explanation"],
        True,
    )
    assert (own["since"], own["submission"], own["changes"]) == (1, None, body["changes"])
    assert own["reasons"] == body["reasons"]
    assert await season.count("SELECT count(*) FROM declaration_snapshot WHERE declaration_id = $1", draft.id) == 2


@pytest.mark.requirement("P18")
async def test_rows_are_compared_with_themselves(serve: Serve) -> None:
    """A row put before another changes only what is new: the one that moved is recognised, and a reason that pointed to
    it still does; choice and flags are compared as well."""
    season = await exam_season(serve)
    draft = await returned(season)
    row = (await draft.person.api.get(draft.path)).body["content"]["periods"][0]
    former = await season.has_unit("前任医院")
    content = complete_content(season.unit) | {"note": "补充一段经历"}
    content["periods"] = [
        prior_period(former, "2024-09-01", "2025-01-31"),
        current_period(season.unit) | {"id": row["id"], "from": "2025-07-09"},
    ]
    await season.save(draft, content)
    wish = {"exam_level": "licensed_physician", "exam_category_code": "120"}
    moved = await draft.person.api.put(f"{draft.path}/choice", wish, version=draft.version)
    draft.version = moved.body["version"]
    shown = (await draft.person.api.get(f"{draft.path}/difference")).body
    by_pointer = {one["pointer"]: one for one in shown["changes"]}
    assert by_pointer["/choice/exam_category_code"]["after"]["zh"] == "120"
    assert by_pointer["/periods/1/from"]["before"]["zh"] == "2025-07-01"
    assert by_pointer["/periods/0/institution_name"]["before"] is None
    assert by_pointer["/periods/0/institution_name"]["after"]["zh"] == "前任医院"
    assert by_pointer["/periods/0/supervisors/0/name"]["label"]["zh"] == "试用经历第1段·带教老师第1位·姓名"
    assert by_pointer["/note"]["label"]["en"] == "Note"
    assert not any(one.startswith("/periods/1/") and one != "/periods/1/from" for one in by_pointer)
    place = [one["pointer"] for one in shown["changes"]].index("/periods/1/from")
    assert shown["reasons"][0]["changes"] == [place]


@pytest.mark.requirement("A42")
async def test_answers_that_do_not_fit_are_refused(serve: Serve) -> None:
    """No such reason, twice the same, nothing changed and nothing said: refused with the place; so is answering when
    nothing was returned, by somebody else, or on an old version."""
    season = await exam_season(serve)
    draft = await returned(season)
    for answers, code in (
        ([{"place": 2, "answer": "changed"}], "reason_unknown"),
        ([CHANGED, CHANGED], "reason_unknown"),
        ([{"place": 1, "answer": "explained", "explanation": "  "}], "explanation_required"),
    ):
        refused = await answer(draft, *answers)
        assert (refused.status, refused.code, refused.body["errors"][0]["code"]) == (422, "answers_not_complete", code)
    path = f"{draft.path}/reason-answers"
    other = await season.has_person()
    assert (await other.api.put(path, {"answers": [CHANGED]}, version=draft.version)).status == 404
    stale = await draft.person.api.put(path, {"answers": [CHANGED]}, version=draft.version - 1)
    assert (stale.status, stale.code) == (409, "stale_version")
    fresh = await season.submitted()
    assert (await answer(fresh, CHANGED)).code == "declaration_not_returned"
    assert (
        await season.reviewer(await season.has_unit("别家医院")).get(f"/reviews/{draft.id}/difference")
    ).status == 404


@pytest.mark.requirement("A42")
async def test_a_second_return_asks_anew(serve: Serve) -> None:
    """Answers belong to the return they answer; modification that was allowed asks for no answer."""
    season = await exam_season(serve)
    draft = await returned(season)
    await answer(draft, CHANGED, EXPLAINED)
    assert (await season.submit(draft)).status == 201
    await season.decide(draft, "return", TWO)
    assert [one["pointer"] for one in (await season.submit(draft)).body["errors"]] == ["/reasons/0", "/reasons/1"]
    await answer(draft, CHANGED, EXPLAINED)
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    await season.save(draft, content_of(season))
    assert (await season.submit(draft)).body["submission"] == 4
    earlier = (await season.reviewer().get(f"/reviews/{draft.id}/difference?since=1")).body
    assert (earlier["since"], earlier["submission"]) == (1, 4)


async def test_a_first_submission_differs_from_nothing(serve: Serve) -> None:
    """Before there is an earlier version both sides see an empty difference."""
    season = await exam_season(serve)
    draft = await season.draft()
    own = (await draft.person.api.get(f"{draft.path}/difference")).body
    assert (own["since"], own["changes"], own["reasons"]) == (None, [], [])
    await season.submit(draft)
    shown = (await season.reviewer().get(f"/reviews/{draft.id}/difference")).body
    assert (shown["since"], shown["submission"], shown["changes"]) == (None, 1, [])
