"""Exam years over the API: who may, what the defaults are, what cannot be undone."""

from collections import Counter
from datetime import timedelta

import pytest

from shared.clock import FrozenClock
from shared.ids import new_id
from tests.integration.declaration.season import NOW, Season, exam_season, together
from tests.support.service_under_test import Serve


async def test_only_the_zone_makes_years(serve: Serve) -> None:
    """Every other role is refused; staff may list, everybody may see the current one."""
    season = await exam_season(serve)
    for role in ("site_admin", "point_admin", "institution_owner", "institution_business_admin", "candidate"):
        caller = season.service.caller(role, scope_id=new_id())
        assert (await caller.post("/cycles", {"year": 2028})).status == 403
        assert (await caller.post(f"/cycles/{season.cycle_id}/opening")).status == 403
    assert (await season.service.caller("auditor").get("/cycles")).body["items"][0]["year"] == 2027
    current = (await season.service.anonymous().get("/cycles/current")).body
    assert current["declaration_closes_at"].startswith("2026-12-29T16:00:00")
    assert (await season.service.anonymous().get("/cycles")).status == 401


async def test_one_year_once(serve: Serve) -> None:
    """Parallel creations of one year make one; opening it again is refused; its catalogue is loaded once."""
    clock = FrozenClock(NOW)
    season = Season(await serve("declaration", clock), clock)
    answers = await together(*(season.zone.post("/cycles", {"year": 2027}) for _ in range(4)))
    assert Counter(answer.status for answer in answers)[201] == 1, [answer.body for answer in answers]
    assert {answer.code for answer in answers if answer.status != 201} <= {"cycle_exists", "catalogue_missing"}
    assert (await season.zone.post("/cycles", {"year": 2028})).body["catalogue_version"] == 1
    assert await season.count("SELECT count(*) FROM catalogue") == 1
    season.cycle_id = next(answer.body["id"] for answer in answers if answer.status == 201)
    first = await season.zone.post(f"/cycles/{season.cycle_id}/opening")
    again = await season.zone.post(f"/cycles/{season.cycle_id}/opening")
    assert (first.status, again.status, again.code) == (200, 409, "cycle_not_planned")


async def test_dates_move_in_order_and_by_version(serve: Serve) -> None:
    """Disordered dates and stale versions are refused; the answer to a good change carries the new version (P16)."""
    season = await exam_season(serve)
    current = (await season.service.anonymous().get("/cycles/current")).body
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    dates = {name: current[name] for name in (*names, "completion_deadline")}
    wrong = dates | {"declaration_closes_at": (NOW + timedelta(days=300)).isoformat()}
    path, version = f"/cycles/{season.cycle_id}", current["version"]
    assert (await season.zone.put(path, wrong, version=version)).code == "cycle_dates_disordered"
    assert (await season.zone.put(path, dates, version=version - 1)).code == "stale_version"
    assert (await season.zone.put(path, dates)).status == 428
    good = dates | {"declaration_closes_at": (NOW + timedelta(days=11)).isoformat()}
    moved = await season.zone.put(path, good, version=version)
    assert (moved.status, moved.headers["ETag"]) == (200, f'"{version + 1}"')


async def test_a_planned_year_takes_no_declarations(serve: Serve) -> None:
    """Before the zone opens it, nobody can start, and there is no year to show when none exists."""
    clock = FrozenClock(NOW)
    season = Season(await serve("declaration", clock), clock)
    assert (await season.service.anonymous().get("/cycles/current")).code == "no_open_cycle"
    season.cycle_id = (await season.zone.post("/cycles", {"year": 2027})).body["id"]
    season.unit = await season.has_unit("江城试验医院")
    person = await season.has_person()
    assert (await season.start(person)).code == "declaration_window_closed"
    await season.zone.post(f"/cycles/{season.cycle_id}/opening")
    assert (await season.start(person)).status == 201


@pytest.mark.requirement("A33", "A35")
async def test_forms_can_be_downloaded(serve: Serve) -> None:
    """Each kind that is a form has one to download without a login; other kinds and other paths have none."""
    season = await exam_season(serve)
    anybody, path = season.service.anonymous(), f"/cycles/{season.cycle_id}"
    kinds = (await anybody.get(f"{path}/categories")).body["document_kinds"]
    forms = [one["kind"] for one in kinds if one["has_template"]]
    assert forms == [
        "foreign_internship_form",
        "internship_form",
        "practice_period_certificate",
        "prior_certificate",
        "undertaking_letter",
    ]
    for kind in forms:
        form = await anybody.get(f"{path}/templates/{kind}")
        assert (form.status, form.body[:5], form.headers["Content-Type"]) == (200, b"%PDF-", "application/pdf")
        assert form.headers["Content-Disposition"].startswith("attachment")
    assert (await anybody.get(f"{path}/templates/diploma")).status == 404
    assert (await anybody.get(f"{path}/templates/..%2Fcatalogue.toml")).status in (404, 422)


@pytest.mark.requirement("A35", "C4")
async def test_everybody_can_read_what_to_hand_in(serve: Serve) -> None:
    """Without a login: each thing with its day by the year's dates; one kind of applicant alone; no other kind."""
    season = await exam_season(serve)
    anybody, path = season.service.anonymous(), f"/cycles/{season.cycle_id}/materials"
    fresh = (await anybody.get(f"{path}?applicant_kind=fresh_graduate")).body["items"]
    due = {one["code"]: (one["due_at"][:16], one["provided_by"]) for one in fresh}
    assert due == {
        "provisional_certificate": ("2027-01-11T16:00", "unit"),
        "undertaking_letter": ("2026-12-29T16:00", "candidate"),
        "full_certificate": ("2027-08-31T16:00", "unit"),
    }
    every = (await anybody.get(path)).body["items"]
    assert len({one["applicant_kind"] for one in every}) == 8
    assert (await anybody.get(f"{path}?applicant_kind=poet")).status == 422
