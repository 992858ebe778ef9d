"""From nothing to a receipt: profile, draft, content, files, preview, submission."""

from datetime import date, timedelta

import pytest

from shared.contracts.declaration import DeclarationSubmitted
from shared.ids import new_id
from tests.integration.declaration.forms import complete_content, current_period
from tests.integration.declaration.season import YEAR, Draft, exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A26", "A36", "A37")
async def test_a_complete_draft_is_submitted(serve: Serve) -> None:
    """A complete draft gets a receipt, an event, a snapshot and a place in the unit's queue, in one transaction."""
    season = await exam_season(serve)
    draft = await season.draft()
    preview = await draft.person.api.get(f"{draft.path}/preview")
    assert (preview.body["ready"], preview.body["problems"]) == (True, []), preview.body
    assert preview.body["at_registration"]["months"] == 18
    assert await season.state_of(draft) == "draft"

    done = await season.submit(draft)
    assert done.status == 201, done.body
    assert (done.body["number"], done.body["submission"]) == (f"D{YEAR}-000001", 1)
    event = (await season.service.published(DeclarationSubmitted))[0]
    assert (event.number, event.aggregate_version) == (done.body["number"], done.body["version"])
    queue = await season.reviewer().get("/reviews")
    assert [item["number"] for item in queue.body["items"]] == [done.body["number"]]
    assert queue.body["counts"] == {"submitted": 1}
    assert await season.count("SELECT count(*) FROM declaration_snapshot WHERE submission = 1") == 1


@pytest.mark.requirement("A26")
async def test_the_current_notice_must_be_accepted(serve: Serve) -> None:
    """Neither an old version of the notice nor a refusal of it submits; a new version asks for new acceptance."""
    season = await exam_season(serve)
    draft = await season.draft()
    path = f"{draft.path}/submission"
    refused = await draft.person.api.post(path, {"notice_version": 1, "accepted": False}, version=draft.version)
    assert (refused.status, refused.code) == (422, "notice_not_accepted")
    text = {"text_zh": "第二版申报须知，请仔细阅读。", "text_en": "The second version of the notice."}
    published = await season.zone.post(f"/cycles/{season.cycle_id}/notice", text)
    assert published.body["notice_version"] == 2
    old = await season.submit(draft)
    assert (old.status, old.code) == (422, "notice_not_accepted")
    body = {"notice_version": 2, "accepted": True}
    assert (await draft.person.api.post(path, body, version=draft.version)).status == 201


@pytest.mark.requirement("A6", "A22", "A20")
async def test_identity_and_binding_come_first(serve: Serve) -> None:
    """Without verification or binding nothing starts, and the profile says what is missing."""
    season = await exam_season(serve)
    stranger = season.service.caller("candidate", id=new_id())
    body = {"cycle_id": season.cycle_id, "exam_level": "licensed_physician", "exam_category_code": "110"}
    assert (await stranger.post("/declarations", body)).code == "identity_required"
    codes = [one["code"] for one in (await stranger.get("/profile")).body["missing"]]
    assert codes == ["identity_required", "binding_required"]
    person = await season.has_person(bound=False)
    assert (await season.start(person)).code == "binding_required"
    await season.binds(person, season.unit)
    assert (await person.api.get("/profile")).body["missing"] == []
    assert (await season.start(person)).status == 201


@pytest.mark.requirement("A23")
async def test_only_offered_combinations_can_be_chosen(serve: Serve) -> None:
    """A category of the other level is refused; the offered ones are listed without a login."""
    season = await exam_season(serve)
    person = await season.has_person()
    assert (await season.start(person, code="210")).code == "category_not_offered"
    listed = await season.service.anonymous().get(f"/cycles/{season.cycle_id}/categories")
    assert {"110", "240", "440"} <= {item["code"] for item in listed.body["items"]}
    assert (await season.start(person, code="210", level="assistant_physician")).status == 201


@pytest.mark.requirement("A27", "R06")
async def test_an_apprentice_declares_without_a_degree(serve: Serve) -> None:
    """By apprenticeship no degree is asked for, from the draft to the evaluation certificate that the unit issues and
    the sheet to copy; by prescribed education the same form is refused."""
    season = await exam_season(serve)
    person = await season.has_person()
    body = {
        "cycle_id": season.cycle_id,
        "exam_level": "licensed_physician",
        "exam_category_code": "340",
        "route": "apprenticeship_or_expertise",
    }
    started = await person.api.post("/declarations", body)
    draft = Draft(started.body["id"], started.body["version"], person)
    learned = {"kind": "apprenticeship", "began_on": "2020-03-01", "ended_on": "2023-02-28"}
    await season.supervisor_is(season.unit, version=2, number="140420106000123", category="140")
    await season.save(draft, complete_content(season.unit) | {"education": [], "expertise": learned})
    await season.attach(draft, "expertise_certificate")
    preview = (await person.api.get(f"{draft.path}/preview")).body
    assert (preview["ready"], preview["problems"]) == (True, []), preview
    assert (await season.submit(draft)).status == 201
    approved = await season.decide(draft, "approval")
    assert approved.status == 200, approved.body
    assert (await person.api.get(f"{draft.path}/copy-sheet")).status == 200
    judged = {"result": "qualified", "opinion": "跟师与试用期间表现良好，同意。"}
    evaluation = await season.reviewer().post(f"/reviews/{draft.id}/evaluation", judged)
    issued = await season.reviewer().post(
        f"/evaluations/{evaluation.body['id']}/certificate",
        {"responsible_person": "王建国"},
        version=evaluation.body["version"],
    )
    assert issued.status == 200, issued.body

    other = await season.draft(content=complete_content(season.unit) | {"education": []})
    codes = [one["code"] for one in (await other.person.api.get(f"{other.path}/preview")).body["problems"]]
    assert "education_basis" in codes


@pytest.mark.requirement("A24", "A28")
async def test_profile_values_in_the_body_are_ignored(serve: Serve) -> None:
    """Name, number and unit come from verification and binding, whatever the body says."""
    season = await exam_season(serve)
    other = await season.has_unit("他处医院")
    draft = await season.draft()
    content = complete_content(season.unit) | {"name": "冒名", "document_no": "x", "institution_name": "他处医院"}
    content["periods"][0] |= {"institution_id": str(other.id), "institution_name": "他处医院"}
    assert (await season.save(draft, content)).status == 200
    preview = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert preview["identity"]["name"] == draft.person.name
    assert preview["content"]["periods"][0]["institution_name"] == season.unit.name
    assert "name" not in preview["content"]


@pytest.mark.requirement("A25")
async def test_a_draft_follows_the_binding(serve: Serve) -> None:
    """After a change of unit the draft shows the new one, and its current row has to be saved again."""
    season = await exam_season(serve)
    draft = await season.draft()
    other = await season.has_unit("新单位医院")
    await season.binds(draft.person, other)
    detail = (await draft.person.api.get(draft.path)).body
    assert detail["declaration"]["institution_name"] == "新单位医院"
    refused = await season.submit(draft)
    assert "current_row_elsewhere" in {one["code"] for one in refused.body["errors"]}
    await season.save(draft, complete_content(other))
    assert (await season.submit(draft)).status == 201
    assert (await season.reviewer(other).get("/reviews")).body["counts"] == {"submitted": 1}
    assert (await season.reviewer().get(f"/reviews/{draft.id}")).status == 404


@pytest.mark.requirement("B17")
async def test_a_year_that_was_not_registered_when_it_began_warns(serve: Serve) -> None:
    """Nothing recorded, or a start after the one that is declared: the preview says so, the reviewer sees the code, the
    event carries it, and it blocks nothing. Recorded in time there is no warning."""
    season = await exam_season(serve)
    begins = date.fromisoformat(complete_content(season.unit)["periods"][0]["from"])
    cases = (
        (None, ["no_early_registration"]),
        (begins + timedelta(days=1), ["registered_later"]),
        (begins, list[str]()),
    )
    for started_on, expected in cases:
        draft = await season.draft()
        await season.binds(draft.person, season.unit, started_on=started_on)
        preview = (await draft.person.api.get(f"{draft.path}/preview")).body
        assert (preview["ready"], [one["code"] for one in preview["warnings"]]) == (True, expected)
        assert (await season.submit(draft)).status == 201
        assert (await season.reviewer().get(f"/reviews/{draft.id}")).body["warnings"] == expected
    events = await season.service.published(DeclarationSubmitted)
    assert [event.warnings for event in events] == [expected for _, expected in cases]


@pytest.mark.requirement("A27", "A29", "A30", "A32", "A33")
async def test_every_failed_rule_is_shown_at_once(serve: Serve) -> None:
    """A bad draft is refused with all its faults in one answer, each with a pointer and a cure."""
    season = await exam_season(serve)
    person = await season.has_person()
    content = complete_content(season.unit)
    content["education"][0] |= {"is_basis": False}
    content["periods"][0] |= {"from": "2026-10-01", "position": None}
    content |= {"is_assistant_upgrade": True}
    draft = await season.draft(person, content)
    refused = await season.submit(draft)
    assert (refused.status, refused.code) == (422, "declaration_incomplete")
    found = {(one["pointer"], one["code"]) for one in refused.body["errors"]}
    assert found >= {
        ("/education", "education_basis"),
        ("/periods/0/position", "required"),
        ("/assistant/practising_certificate_no", "required"),
        ("/assistant/qualification_certificate_no", "required"),
        ("/documents", "D03"),
    }
    assert all(one["detail"] for one in refused.body["errors"])


@pytest.mark.requirement("A33")
async def test_a_fresh_graduate_needs_the_letter(serve: Serve) -> None:
    """Yes without a letter is refused; with it the submission passes; a later no drops the letter."""
    season = await exam_season(serve)
    content = complete_content(season.unit) | {"fresh_graduate": True}
    content["education"][0] |= {"graduated_on": "2026-06-30", "enrolled_on": "2021-09-01"}
    content["periods"] = [current_period(season.unit, "2026-07-15")]
    draft = await season.draft(content=content)
    assert [one["code"] for one in (await season.submit(draft)).body["errors"]] == ["R08B"]
    assert (await season.attach(draft, "undertaking_letter")).status == 201
    assert (await season.submit(draft)).status == 201
    withdrawn = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    draft.version = withdrawn.body["version"]
    await season.save(draft, content | {"fresh_graduate": False})
    kinds = [one["kind"] for one in (await draft.person.api.get(draft.path)).body["documents"]]
    assert kinds == ["diploma"]


async def test_other_people_see_nothing(serve: Serve) -> None:
    """A stranger's declaration is not found, for reading and for writing."""
    season = await exam_season(serve)
    draft = await season.draft()
    other = await season.has_person()
    for path in ("", "/preview", "/timeline"):
        assert (await other.api.get(draft.path + path)).status == 404
    content = complete_content(season.unit)
    assert (await other.api.put(f"{draft.path}/content", content, version=draft.version)).status == 404
    body = {"notice_version": 1, "accepted": True}
    assert (await other.api.post(f"{draft.path}/submission", body, version=draft.version)).status == 404


async def test_the_window_closes(serve: Serve) -> None:
    """After the bell a first submission is refused, a resubmission until the review deadline is not."""
    season = await exam_season(serve)
    late, early = await season.draft(), await season.submitted()
    withdrawn = await early.person.api.post(f"{early.path}/withdrawal", version=early.version)
    early.version = withdrawn.body["version"]
    dates = (await season.service.anonymous().get("/cycles/current")).body
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    changed = {name: dates[name] for name in (*names, "completion_deadline")}
    changed["declaration_closes_at"] = season.clock.now().isoformat()
    moved = await season.zone.put(f"/cycles/{season.cycle_id}", changed, version=dates["version"])
    assert moved.body["state"] == "declaration_closed"
    assert (await season.submit(late)).code == "declaration_window_closed"
    assert (await season.submit(early)).status == 201


async def test_numbers_stay_with_the_declaration(serve: Serve) -> None:
    """A resubmission keeps its receipt number; the next person gets the next one."""
    season = await exam_season(serve)
    first = await season.submitted()
    withdrawn = await first.person.api.post(f"{first.path}/withdrawal", version=first.version)
    first.version = withdrawn.body["version"]
    again = await season.submit(first)
    assert (again.body["number"], again.body["submission"]) == (f"D{YEAR}-000001", 2)
    second = await season.draft()
    assert (await season.submit(second)).body["number"] == f"D{YEAR}-000002"


async def test_nothing_personal_rests_in_clear(serve: Serve) -> None:
    """No table holds the name, the number or the supervisor's number of a submitted declaration in clear (V46)."""
    season = await exam_season(serve)
    draft = await season.submitted()
    async with season.service.database.read() as reader:
        tables = await reader.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'declaration'")
        found = []
        for table in tables:
            text = f"SELECT string_agg(t::text, '|') FROM declaration.{table['tablename']} t"
            dump = str(await reader.fetchval(text))
            secrets = (draft.person.name, draft.person.document_no, "顾维安", "110420106000123", "江城医科大学")
            # bytea columns print as hex, so clear text inside them would show in that form.
            found += [table["tablename"] for s in secrets if s in dump or s.encode().hex() in dump]
    assert len(tables) > 20
    assert found == []
