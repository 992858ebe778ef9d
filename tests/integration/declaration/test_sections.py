"""A draft on a poor connection: saved section by section, from several devices, with what is left to do."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.declaration.use_cases.drafting import save_section as saving
from shared.clock import SHANGHAI
from tests.integration.declaration.forms import REASONS, complete_content, prior_period
from tests.integration.declaration.returning import CHANGED, answer
from tests.integration.declaration.season import Draft, Season, exam_season, together
from tests.support.service_under_test import Answer, Serve


async def _begun(season: Season) -> Draft:
    person = await season.has_person()
    started = await season.start(person)
    return Draft(started.body["id"], started.body["version"], person)


async def _put(draft: Draft, section: str, body: dict[str, Any], version: int | None = None) -> Answer:
    seen = draft.version if version is None else version
    saved = await draft.person.api.put(f"{draft.path}/sections/{section}", body, version=seen)
    if saved.status == 200:
        draft.version = saved.body["version"]
    return saved


def _parts(season: Season) -> dict[str, dict[str, Any]]:
    whole = complete_content(season.unit)
    return {
        "education": {"education": whole["education"]},
        "periods": {"periods": whole["periods"]},
        "basics": {"fresh_graduate": False, "note": "无"},
    }


async def _states(draft: Draft) -> dict[str, str]:
    tasks = (await draft.person.api.get(f"{draft.path}/tasks")).body
    return {one["section"]: one["state"] for one in tasks["sections"]}


def _lacks(sections: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["section"], problem["pointer"]) for one in sections for problem in one["problems"]]


@pytest.mark.requirement("P17", "A24")
async def test_a_draft_grows_section_by_section(serve: Serve) -> None:
    """Each section is saved alone, has a state of its own, and says what it lacks and until when; then all is ready."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    path = f"{draft.path}/tasks"
    tasks = (await draft.person.api.get(path)).body
    assert await _states(draft) == {
        "education": "not_started",
        "periods": "not_started",
        "assistant": "complete",
        "documents": "not_started",
        "basics": "complete",
    }
    closes = datetime(2026, 12, 30, tzinfo=SHANGHAI)
    assert {datetime.fromisoformat(one["due_at"]) for one in tasks["sections"]} == {closes}
    unfinished = [parts["education"]["education"][0] | {"certificate_no": None}]
    await _put(draft, "education", {"education": unfinished})
    (education,) = [s for s in (await draft.person.api.get(path)).body["sections"] if s["section"] == "education"]
    assert education["state"] == "incomplete"
    assert "/education/0/certificate_no" in [one["pointer"] for one in education["problems"]]
    for section, body in parts.items():
        assert (await _put(draft, section, body)).status == 200
    content = (await draft.person.api.get(draft.path)).body["content"]
    assert content["periods"][0]["institution_name"] == season.unit.name, "filled in by the server"
    assert (await _states(draft))["documents"] == "not_started"
    await season.attach(draft, "diploma")
    assert (await draft.person.api.get(path)).body["ready"] is True
    assert (await season.submit(draft)).status == 201
    assert set((await _states(draft)).values()) == {"locked"}
    assert (await _put(draft, "basics", {"note": "晚了"})).code == "declaration_not_editable"
    await season.decide(draft, "return", REASONS)
    tasks = (await draft.person.api.get(path)).body
    assert datetime.fromisoformat(tasks["due_at"]) == datetime(2027, 1, 6, tzinfo=SHANGHAI), "the review deadline"
    unanswered = [("reasons", "/reasons/0")]
    assert (tasks["ready"], _lacks(tasks["sections"])) == (False, unanswered)
    assert (await _states(draft))["basics"] == "complete"
    shown = (await draft.person.api.get(draft.path)).body["sections"]
    assert _lacks(shown) == unanswered
    assert (await season.submit(draft)).status == 422
    assert (await answer(draft, CHANGED)).status == 200
    assert (await draft.person.api.get(path)).body["ready"] is True
    assert (await season.submit(draft)).status == 201


@pytest.mark.requirement("P17")
async def test_two_devices_save_different_sections(serve: Serve) -> None:
    """Saves of different sections from the same version both count, and each is told what else changed."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    seen = draft.version
    first = await _put(draft, "education", parts["education"], seen)
    second = await _put(draft, "periods", parts["periods"], seen)
    assert (first.status, first.body["changed_meanwhile"]) == (200, [])
    assert (second.status, second.body["changed_meanwhile"]) == (200, ["education"])
    content = (await draft.person.api.get(draft.path)).body["content"]
    assert len(content["education"]) == len(content["periods"]) == 1


@pytest.mark.requirement("P17")
async def test_a_stale_save_is_told_what_changed(serve: Serve) -> None:
    """A save over a newer version of its section is refused and names every section that changed since; so does a
    save of the whole content."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    seen = draft.version
    for section in ("education", "basics"):
        await _put(draft, section, parts[section])
    await season.attach(draft, "diploma")
    stale = await _put(draft, "basics", {"note": "另一台设备"}, seen)
    assert (stale.status, stale.code) == (409, "stale_version")
    assert [one["pointer"] for one in stale.body["errors"]] == ["/basics", "/documents", "/education"]
    whole = await draft.person.api.put(f"{draft.path}/content", complete_content(season.unit), version=seen)
    assert (whole.status, whole.code) == (409, "stale_version")
    assert [one["pointer"] for one in whole.body["errors"]] == ["/basics", "/documents", "/education"]
    never = await _put(draft, "periods", parts["periods"], draft.version + 5)
    assert never.code == "stale_version", "a version that never was is no excuse"


@pytest.mark.requirement("P17", "M9")
async def test_saves_of_one_section_do_not_overwrite_each_other(serve: Serve) -> None:
    """Eight parallel saves of one section from one version: one counts, the others are told."""
    season = await exam_season(serve)
    draft = await _begun(season)
    seen = draft.version
    answers = await together(*(_put(draft, "basics", {"note": f"第{n}次"}, seen) for n in range(8)))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 7]


@pytest.mark.requirement("P17", "M9")
async def test_without_versions_the_last_save_wins(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody compares versions, and seven saves that were acknowledged are lost."""

    async def anything(*_: Any) -> list[str]:
        return []

    monkeypatch.setattr(saving, "require_unchanged", anything)
    season = await exam_season(serve)
    draft = await _begun(season)
    seen = draft.version
    answers = await together(*(_put(draft, "basics", {"note": f"第{n}次"}, seen) for n in range(8)))
    assert [answer.status for answer in answers] == [200] * 8


@pytest.mark.requirement("A24", "A28")
async def test_a_section_holds_its_own_fields_only(serve: Serve) -> None:
    """Fields of other sections are refused by name, unknown sections do not exist, and the profile stays out of it."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    mixed = await _put(draft, "education", parts["education"] | {"note": "放错了"})
    assert (mixed.status, mixed.code) == (422, "section_holds_other")
    assert [one["pointer"] for one in mixed.body["errors"]] == ["/note"]
    assert (await _put(draft, "documents", {})).status == 404
    elsewhere = [parts["periods"]["periods"][0] | {"institution_name": "别处医院", "institution_id": None}]
    await _put(draft, "periods", {"periods": elsewhere, "name": "冒名", "document_no": "420106199003070012"})
    shown = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert (shown["identity"]["name"], shown["institution_name"]) == (draft.person.name, season.unit.name)
    assert shown["content"]["periods"][0]["institution_id"] == str(season.unit.id)
    assert "冒名" not in str(shown)


@pytest.mark.requirement("A33", "A34")
async def test_a_flag_taken_back_drops_the_letter(serve: Serve) -> None:
    """A fresh graduate without a letter is refused; a no drops the letter, and the files count as changed."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    begun = [parts["periods"]["periods"][0] | {"from": "2026-07-01"}]
    await _put(draft, "education", parts["education"])
    await _put(draft, "periods", {"periods": begun})
    await _put(draft, "basics", {"fresh_graduate": True})
    await season.attach(draft, "diploma")
    refused = await season.submit(draft)
    assert (refused.status, refused.code) == (422, "declaration_incomplete")
    assert "R08B" in [one["code"] for one in refused.body["errors"]]
    letter = await season.attach(draft, "undertaking_letter")
    assert letter.status == 201
    seen = draft.version
    await _put(draft, "basics", {"fresh_graduate": False})
    files = (await draft.person.api.get(draft.path)).body["documents"]
    assert [one["kind"] for one in files] == ["diploma"]
    told = await _put(draft, "education", parts["education"], seen)
    assert told.body["changed_meanwhile"] == ["basics", "documents"]


@pytest.mark.requirement("P17")
async def test_what_is_missing_without_a_binding(serve: Serve) -> None:
    """Who is not bound any more is told so; sections keep what was filled in and are not called complete."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    await _put(draft, "education", parts["education"])
    await season.binds(draft.person, season.unit, state="ended")
    tasks = (await draft.person.api.get(f"{draft.path}/tasks")).body
    assert (tasks["ready"], tasks["blocked_by"]["code"]) == (False, "binding_required")
    states = {one["section"]: one["state"] for one in tasks["sections"]}
    assert (states["education"], states["periods"]) == ("incomplete", "not_started")


@pytest.mark.requirement("A34")
async def test_files_of_a_row_that_is_gone_go_with_it(serve: Serve) -> None:
    """A sealed certificate belongs to one earlier row; without the row it is dropped."""
    season = await exam_season(serve)
    draft, parts = await _begun(season), _parts(season)
    earlier = prior_period(await season.has_unit("江城旧医院"))
    await _put(draft, "periods", {"periods": [*parts["periods"]["periods"], earlier]})
    assert (await season.attach(draft, "prior_certificate", earlier["id"])).status == 201
    season.later(timedelta(minutes=1))
    await _put(draft, "periods", parts["periods"])
    assert (await draft.person.api.get(draft.path)).body["documents"] == []
