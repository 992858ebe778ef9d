"""Before anything is declared: the self-check that keeps nothing, and the early checklist."""

from datetime import date
from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve
from tests.support.table_digest import table_digest

FORM: dict[str, Any] = {
    "exam_level": "licensed_physician",
    "exam_category_code": "110",
    "education": {
        "level": "21",
        "form": "full_time",
        "major": "临床医学",
        "enrolled_on": "2019-09-01",
        "graduated_on": "2024-06-30",
    },
    "periods": [{"is_current": True, "first_day": "2025-07-01"}],
}


async def test_every_rule_answers_and_nothing_is_kept(serve: Serve) -> None:
    """Without a login every rule gives its verdict, with a cure where one helps, and the documents that will be needed
    are named; names and numbers are refused; no table but the counter of addresses changes."""
    season = await exam_season(serve)
    anybody, path = season.service.anonymous(), f"/cycles/{season.cycle_id}/eligibility-checks"
    async with season.service.database.read() as reader:
        before = await table_digest(reader, "declaration")
    good = await anybody.post(path, FORM)
    assert (good.status, good.body["eligible"], good.body["ways"]) == (200, True, ["R01"]), good.body
    assert good.body["at_registration"]["months"] == 18
    assert [one["kind"] for one in good.body["documents"]] == ["diploma"]
    rules = await season.count("SELECT count(*) FROM eligibility_rule WHERE catalogue_version = 1")
    assert len(good.body["rules"]) == rules

    nurse = FORM | {"education": FORM["education"] | {"major": "护理学", "graduated_on": "2027-06-30"}}
    bad = (await anybody.post(path, nurse)).body
    failed = {one["rule"]: one for one in bad["rules"] if one["outcome"] == "failed"}
    assert (bad["eligible"], set(failed)) == (False, {"R14", "R20N"})
    assert all(one["detail"] and one["cure"] and one["source"] for one in failed.values())
    english = await anybody.call("POST", path, nurse, headers={"Accept-Language": "en"})
    assert "nursing" in next(one["detail"] for one in english.body["rules"] if one["rule"] == "R14")

    assistant = FORM | {
        "education": FORM["education"] | {"level": "31", "enrolled_on": "2017-09-01", "graduated_on": "2020-06-30"},
        "first_registration_date": "2023-01-01",
        "assistant_category_code": "210",
        "qualification_year": 2022,
    }
    upgrade = (await anybody.post(path, assistant)).body
    assert (upgrade["eligible"], upgrade["ways"]) == (True, ["R02"])
    assert {one["kind"] for one in upgrade["documents"]} == {
        "diploma",
        "qualification_certificate",
        "practising_certificate",
        "practice_period_certificate",
    }
    too_early = (await anybody.post(path, assistant | {"qualification_year": 2024})).body
    assert {one["rule"] for one in too_early["rules"] if one["outcome"] == "failed"} == {"P09Y"}
    assert (await anybody.post(path, FORM | {"exam_category_code": "999"})).code == "category_not_offered"
    for named in ({"name": "某人"}, {"document_no": "420106199003070012"}):
        assert (await anybody.post(path, FORM | named)).status == 422
    async with season.service.database.read() as reader:
        after = await table_digest(reader, "declaration")
    assert {name for name in after if after[name] != before[name]} <= {"rate_limit"}


async def test_needed_documents_follow_the_circumstances(serve: Serve) -> None:
    """Forms for those from outside, the undertaking for fresh graduates, certificates of earlier places, the
    authentication of a foreign degree."""
    season = await exam_season(serve)
    anybody, path = season.service.anonymous(), f"/cycles/{season.cycle_id}/eligibility-checks"
    earlier = [*FORM["periods"], {"first_day": "2024-08-01", "last_day": "2025-06-30"}]
    degree = FORM["education"]
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"region": "hong_kong"}, {"diploma", "internship_form"}),
        ({"region": "foreign"}, {"diploma", "foreign_internship_form"}),
        ({"periods": earlier}, {"diploma", "prior_certificate"}),
        ({"education": degree | {"awarded_in": "foreign"}}, {"diploma", "degree_authentication"}),
        (
            {
                "fresh_graduate": True,
                "education": degree | {"graduated_on": "2026-06-30"},
                "periods": [{"is_current": True, "first_day": "2026-08-01"}],
            },
            {"diploma", "undertaking_letter"},
        ),
        (
            {
                "exam_category_code": "340",
                "route": "apprenticeship_or_expertise",
                "expertise_kind": "expertise",
            },
            {"expertise_certificate"},
        ),
    ]
    for changes, kinds in cases:
        body = (await anybody.post(path, FORM | changes)).body
        assert {one["kind"] for one in body["documents"]} == kinds, changes
        assert body["eligible"], changes


async def test_one_address_can_not_ask_for_ever(serve: Serve) -> None:
    """Beyond the limit an address waits; a minute later it may ask again."""
    season = await exam_season(serve, CHECKS_PER_MINUTE="2")
    anybody, path = season.service.anonymous(), f"/cycles/{season.cycle_id}/eligibility-checks"
    answers = [await anybody.post(path, FORM) for _ in range(3)]
    assert [one.status for one in answers] == [200, 200, 429]
    assert (answers[2].code, int(answers[2].headers["Retry-After"]) > 0) == ("limit_reached", True)


@pytest.mark.requirement("P13")
async def test_documents_that_take_long_are_named_from_the_first_day_on(serve: Serve) -> None:
    """A bound person without a declaration sees, from the registered start on, for which year it will be full, which
    documents take long by circumstance, and by when to apply; what is late already is marked; unbound people are told
    to bind first."""
    season = await exam_season(serve)
    person = await season.has_person(bound=False)
    assert (await person.api.get("/early-checklist")).code == "binding_required"
    await season.binds(person, season.unit, started_on=date(2026, 9, 1))
    body = (await person.api.get("/early-checklist")).body
    assert (body["exam_year"], body["started_as_registered"], body["documents"]) == (2028, True, [])
    assert (body["probation_started_on"], body["declaration_opens_on"]) == ("2026-09-01", "2027-12-15")
    by_code = {one["circumstance"]: one["documents"] for one in body["circumstances"]}
    assert {code: [one["kind"] for one in found] for code, found in by_code.items()} == {
        "assistant_upgrade": ["first_registration_proof", "practice_period_certificate"],
        "degree_from_outside": ["degree_authentication"],
        "earlier_institution": ["prior_certificate"],
        "apprenticeship": ["expertise_certificate"],
        "academic_postgraduate": ["internship_proof"],
    }
    (authentication,) = by_code["degree_from_outside"]
    assert (authentication["start_by"], authentication["overdue"]) == ("2027-10-06", False)
    assert all(one["advice"] for found in by_code.values() for one in found)

    early = await season.has_person(bound=False)
    await season.binds(early, season.unit, started_on=date(2026, 1, 5))
    this_year = (await early.api.get("/early-checklist")).body
    late = {one["circumstance"]: one["documents"][0]["overdue"] for one in this_year["circumstances"]}
    assert (this_year["exam_year"], late["degree_from_outside"]) == (2027, True)
    unregistered = await season.has_person()
    body = (await unregistered.api.get("/early-checklist")).body
    assert (body["started_as_registered"], body["probation_started_on"]) == (False, "2026-12-20")


async def test_questions_that_are_refused_count_too(serve: Serve) -> None:
    """Whoever asks about a year or a category that there is not has asked: the limit of an address counts it."""
    season = await exam_season(serve, CHECKS_PER_MINUTE="2")
    anybody = season.service.anonymous()
    path, nowhere = (f"/cycles/{one}/eligibility-checks" for one in (season.cycle_id, new_id()))
    unknown = FORM | {"exam_category_code": "999"}
    asked = [await anybody.post(one, unknown) for one in (path, nowhere, path)]
    assert [(one.status, one.code) for one in asked] == [
        (422, "category_not_offered"),
        (404, "not_found"),
        (429, "limit_reached"),
    ]
