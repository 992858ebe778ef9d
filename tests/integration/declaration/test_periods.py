"""Rows of probation over the API: the line that is drawn, evidence row by row, supervisors by the table of the site."""

import pytest

from shared.contracts.declaration import DeclarationSubmitted
from tests.integration.declaration.forms import REASONS, complete_content, current_period, prior_period
from tests.integration.declaration.returning import submit_again
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.sites import exam_sites
from tests.support.service_under_test import Serve


async def _two_units(season: Season) -> tuple[Draft, str]:
    """A draft with an earlier row at another unit of the library, and the row's id."""
    former = await season.has_unit("前任医院")
    row = prior_period(former, "2025-01-01", "2025-05-31")
    content = complete_content(season.unit)
    content["periods"] = [row, current_period(season.unit, "2025-07-01")]
    return await season.draft(content=content), str(row["id"])


async def _states(draft: Draft) -> list[str]:
    shown = (await draft.person.api.get(draft.path)).body["confirmations"]
    return [one["state"] for one in shown]


@pytest.mark.requirement("C4", "A32")
async def test_a_row_without_its_certificate_waits_for_it(serve: Serve) -> None:
    """Handed in without the image the row can be neither confirmed nor passed over; with the image it waits for the
    reviewer, and is confirmed; an image that is removed makes it wait again."""
    season = await exam_season(serve)
    draft, row = await _two_units(season)
    assert await _states(draft) == ["evidence_required"]
    assert (await season.submit(draft)).status == 201
    step = f"prior-rows/{row}/confirmation"
    refused = await season.decide(draft, step, {"result": "confirmed"})
    assert (refused.status, refused.code) == (409, "evidence_missing")
    assert (await season.decide(draft, "approval")).code == "prior_rows_unconfirmed"
    await season.decide(draft, "return", REASONS)
    await season.attach(draft, "prior_certificate", row)
    assert await _states(draft) == ["pending"]
    stored = (await draft.person.api.get(draft.path)).body["documents"]
    certificate = next(one["id"] for one in stored if one["kind"] == "prior_certificate")
    removed = await draft.person.api.call("DELETE", f"{draft.path}/files/{certificate}")
    draft.version = removed.body["version"]
    assert await _states(draft) == ["evidence_required"]
    await season.attach(draft, "prior_certificate", row)
    assert (await submit_again(season, draft)).status == 201
    assert (await season.decide(draft, step, {"result": "confirmed"})).status == 200
    assert (await season.decide(draft, "approval")).status == 200


@pytest.mark.requirement("C4")
async def test_a_better_image_is_looked_at_afresh(serve: Serve) -> None:
    """A reviewer who can not read the certificate asks for another: the row waits, the new image makes it pending."""
    season = await exam_season(serve)
    draft, row = await _two_units(season)
    await season.attach(draft, "prior_certificate", row)
    await season.submit(draft)
    asked = {"result": "evidence_required", "reason_code": "document_unreadable"}
    assert (await season.decide(draft, f"prior-rows/{row}/confirmation", asked)).status == 200
    await season.decide(draft, "return", REASONS)
    assert await _states(draft) == ["evidence_required"]
    await season.attach(draft, "other")
    assert await _states(draft) == ["evidence_required"], "any file is no certificate"
    await season.attach(draft, "prior_certificate", row)
    assert await _states(draft) == ["pending"]


@pytest.mark.requirement("A31")
async def test_a_name_of_the_library_is_chosen_not_typed(serve: Serve) -> None:
    """The exact name of a listed institution is refused with its row, until it is merged; another name is taken."""
    season = await exam_season(serve)
    former = await season.has_unit("前任医院")
    draft = await season.draft()
    content = complete_content(season.unit)
    typed = prior_period(former) | {"institution_id": None, "institution_name": "前任医院", "division_code": "420102"}
    content["periods"].append(typed)
    refused = await season.save(draft, content)
    assert (refused.status, refused.code) == (422, "institution_in_library")
    assert [one["pointer"] for one in refused.body["errors"]] == ["/periods/1/institution_name"]
    content["periods"][1] = typed | {"institution_name": "前任医院分院", "supervisors": []}
    assert (await season.save(draft, content)).status == 200
    await season.institution_is(former, version=2, state="merged")
    content["periods"][1] = typed | {"supervisors": []}
    assert (await season.save(draft, content)).status == 200


@pytest.mark.requirement("C3")
async def test_every_row_names_a_supervisor_with_a_number(serve: Serve) -> None:
    """A row without a supervisor, or with a typed one without a good number, can not be handed in; a picked one brings
    the number from the roster."""
    season = await exam_season(serve)
    outside = {"institution_id": None, "institution_name": "虚构湘江医院", "division_code": "430102"}
    content = complete_content(season.unit)
    content["periods"] = [
        prior_period(season.unit, "2024-01-01", "2024-03-31") | outside | {"supervisors": [{"name": "甄指导"}]},
        prior_period(season.unit, "2024-04-01", "2024-06-30") | outside | {"supervisors": []},
        current_period(season.unit),
    ]
    draft = await season.draft(content=content)
    shown = (await draft.person.api.get(draft.path)).body["content"]["periods"][2]["supervisors"]
    assert shown[0]["practising_certificate_no"] == "110420106000123"
    refused = (await season.submit(draft)).body["errors"]
    assert [(one["pointer"], one["code"]) for one in refused] == [
        ("/periods/0/supervisors/0", "supervisor_certificate"),
        ("/periods/1/supervisors", "supervisor_missing"),
    ]


@pytest.mark.requirement("P10")
async def test_the_site_says_whether_a_mismatch_is_refused_or_warned_of(serve: Serve) -> None:
    """Where the site only warns, a supervisor of another category passes submission and approval with a warning; at
    another site the same is refused, before submission and again at approval."""
    sites = await exam_sites(serve)
    season = sites.season
    await sites.sets(supervisor_category="warn")
    for unit in (sites.near, sites.far):
        await season.supervisor_is(unit, version=2, category="140", number="140420106000123")
    near = await season.draft()
    far = await season.draft(await season.has_person(sites.far), complete_content(sites.far))
    warned = (await near.person.api.get(f"{near.path}/preview")).body
    assert ("supervisor_category", warned["ready"]) == (warned["warnings"][-1]["code"], True)
    assert (await season.submit(near)).status == 201
    assert "supervisor_category" in (await season.service.published(DeclarationSubmitted))[-1].warnings
    assert (await season.decide(near, "approval")).status == 200
    refused = await season.submit(far)
    assert [one["code"] for one in refused.body["errors"]] == ["supervisor_category"]
    await season.supervisor_is(sites.far, version=3)
    assert (await season.submit(far)).status == 201
    await season.supervisor_is(sites.far, version=4, category="140", number="140420106000123")
    reviewer = season.reviewer(sites.far)
    assert (await season.decide(far, "approval", by=reviewer)).code == "supervisors_not_valid"


@pytest.mark.requirement("P8")
async def test_the_line_is_drawn_for_the_candidate_and_for_the_unit(serve: Serve) -> None:
    """Both see the same line with its gap and what lacks; nobody else finds it, and the reviewer's look is audited."""
    season = await exam_season(serve)
    draft, _ = await _two_units(season)
    path = f"{draft.path}/period-timeline"
    line = (await draft.person.api.get(path)).body
    assert [(one["kind"], one["first_day"], one["days"]) for one in line["segments"]] == [
        ("work", "2025-01-01", 151),
        ("gap", "2025-06-01", 30),
        ("work", "2025-07-01", 538),
    ]
    assert (line["so_far"]["until"], line["so_far"]["missing_days"]) == ("2026-12-20", 0)
    assert (line["full_on"], line["by_completion"]["until"]) == ("2026-01-30", "2027-08-31")
    assert (await (await season.has_person()).api.get(path)).status == 404
    review = f"/reviews/{draft.id}/period-timeline"
    assert (await season.reviewer().get(review)).status == 404, "not handed in yet"
    await season.submit(draft)
    assert (await season.reviewer().get(review)).body == line
    stranger = await season.has_unit("外院")
    assert (await season.reviewer(stranger).get(review)).status == 404
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'declaration.view_periods'"
    assert await season.count(audited) == 1


@pytest.mark.requirement("P8", "B14")
async def test_a_long_leave_does_not_count_until_the_zone_allows_it(serve: Serve) -> None:
    """Two months of leave leave less than a year, which is refused; when the zone allows ninety days it is enough."""
    season = await exam_season(serve)
    leave = [{"from": "2026-03-01", "to": "2026-04-30", "cause": "maternity_leave"}]
    content = complete_content(season.unit)
    content["periods"] = [current_period(season.unit, "2025-12-20") | {"interruptions": leave}]
    draft = await season.draft(content=content)
    line = (await draft.person.api.get(f"{draft.path}/period-timeline")).body
    assert [one["kind"] for one in line["segments"]] == ["work", "interruption", "work"]
    refused = await season.submit(draft)
    assert "R07" in [one["code"] for one in refused.body["errors"]]
    current = (await season.service.anonymous().get("/cycles/current")).body
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    body = {name: current[name] for name in (*names, "completion_deadline")} | {"leave_days": 90}
    changed = await season.zone.put(f"/cycles/{season.cycle_id}", body, version=current["version"])
    assert (changed.body["leave_days"], changed.body["announcement_id"]) == (90, None)
    assert (await season.submit(draft)).status == 201
