"""The zone edits the lists of a year: a new version, which what was declared before does not notice."""

from typing import Any

import pytest

from services.declaration.scheduled.rules import apply_published_rules
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.test_rule_drafts import NO_NEW_SCHOOL, Rules
from tests.support.service_under_test import Answer, Serve


async def _lists(season: Season) -> dict[str, Any]:
    read: dict[str, Any] = (await season.zone.get(f"/cycles/{season.cycle_id}/lists")).body
    return read


async def _put(season: Season, lists: dict[str, Any], version: int | None = None) -> Answer:
    names = ("categories", "document_kinds", "materials", "supervisors")
    body = {name: lists[name] for name in names} | {"reason": "考区年度调整"}
    return await season.zone.put(f"/cycles/{season.cycle_id}/lists", body, version=version or lists["version"])


async def _publish(season: Season, rule: dict[str, Any]) -> None:
    rules = await Rules.open(season)
    saved = await rules.put("Z01", rule)
    assert saved.status == 200, saved.body
    published = await rules.publish()
    assert published.status == 201, published.body


async def _judged_by(season: Season, draft: Draft) -> tuple[int, int]:
    """Versions of the lists and of the rules, as the last submission keeps them."""
    kept = "FROM declaration_snapshot WHERE declaration_id = $1 ORDER BY submission DESC LIMIT 1"
    lists = await season.count(f"SELECT catalogue_version {kept}", draft.id)
    return lists, await season.count(f"SELECT rules_version {kept}", draft.id)


@pytest.mark.requirement("A23", "P10")
async def test_the_zone_edits_and_what_was_begun_keeps_its_version(serve: Serve) -> None:
    """A category is closed, another offered with somebody to guide it: who begins now chooses by the new lists, who
    began before hands in by the old ones; the edit is audited with its reason."""
    season = await exam_season(serve)
    before = await season.draft()
    lists = await _lists(season)
    for one in lists["categories"]:
        if one["code"] == "110" and one["numbering"] == "current":
            one["valid_to"] = "2026-12-31"
        if one["code"] == "170":
            one["offered"] = True
    lists["supervisors"]["tibetan"] = ["tibetan"]
    changed = await _put(season, lists)
    assert (changed.status, changed.body["catalogue_version"]) == (200, 2), changed.body
    assert changed.body["version"] == lists["version"] + 1
    offered = (await season.service.anonymous().get(f"/cycles/{season.cycle_id}/categories")).body["items"]
    assert {"170"} <= {one["code"] for one in offered}
    someone = await season.has_person()
    assert (await season.start(someone)).code == "category_not_offered"
    assert (await season.start(someone, "170")).status == 201
    await _publish(season, NO_NEW_SCHOOL)
    await apply_published_rules(season.service.deps)
    assert [one["code"] for one in (await season.submit(before)).body["errors"]] == ["Z01"]
    content = complete_content(season.unit)
    content["education"][0] |= {"enrolled_on": "2018-09-01"}
    await season.save(before, content)
    assert (await season.submit(before)).status == 201
    assert await _judged_by(season, before) == (1, 3)
    assert (await season.decide(before, "approval")).status == 200
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'cycle.replace_lists'") == 1
    again = await _lists(season)
    same = await _put(season, again)
    assert same.body["catalogue_version"] == 4, "the same lists on another base are told apart"


@pytest.mark.requirement("A23", "A34")
async def test_what_was_judged_stays_with_its_lists_and_its_rules(serve: Serve) -> None:
    """Handed in by old lists and newer rules, and handed in again after still newer ones: both versions are kept with
    each submission and stay as they were; a rule that is published meanwhile concerns nobody who was judged."""
    season = await exam_season(serve)
    draft = await season.draft()
    assert (await _put(season, await _lists(season))).body["catalogue_version"] == 2
    await _publish(season, NO_NEW_SCHOOL | {"effect": "warn"})
    assert (await season.submit(draft)).status == 201
    assert await _judged_by(season, draft) == (1, 3)
    await _publish(season, NO_NEW_SCHOOL)
    withdrawn = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    draft.version = withdrawn.body["version"]
    preview = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert preview["problems"] == []
    assert "Z01" in [one["code"] for one in preview["warnings"]]
    assert (await season.submit(draft)).status == 201
    assert await _judged_by(season, draft) == (1, 3)


@pytest.mark.requirement("A34")
async def test_a_file_that_new_rules_ask_for_can_be_attached_to_an_old_draft(serve: Serve) -> None:
    """New lists name a kind, new rules ask for it: who began before both is asked for it too, and can hand it in."""
    season = await exam_season(serve)
    draft = await season.draft()
    assert (await season.attach(draft, "school_statement")).code == "document_kind_unknown"
    lists = await _lists(season)
    kind = next(one for one in lists["document_kinds"] if one["kind"] == "diploma")
    lists["document_kinds"].append(kind | {"kind": "school_statement", "template": None})
    assert (await _put(season, lists)).status == 200
    asks = {"effect": "require", "condition": {"fact": "documents", "has": "school_statement"}}
    await _publish(season, NO_NEW_SCHOOL | asks)
    assert [one["code"] for one in (await season.submit(draft)).body["errors"]] == ["Z01"]
    attached = await season.attach(draft, "school_statement")
    assert attached.status == 201, attached.body
    assert (await season.submit(draft)).status == 201


@pytest.mark.requirement("A23", "A34")
async def test_lists_that_do_not_fit_together_are_refused(serve: Serve) -> None:
    """Overlapping validity, nobody to guide, a kind that a rule asks for, an unknown form, things twice: all at once,
    with their places; a stale version and another role are refused too."""
    season = await exam_season(serve)
    lists = await _lists(season)
    lists["categories"].append(lists["categories"][0] | {"valid_from": "2020-01-01", "valid_to": "2019-01-01"})
    lists["supervisors"].pop("dental")
    lists["document_kinds"] = [one for one in lists["document_kinds"] if one["kind"] != "diploma"]
    lists["document_kinds"].append(lists["document_kinds"][0] | {"template": "poem.pdf"})
    refused = await _put(season, lists)
    assert refused.code == "catalogue_lists_wrong"
    assert {one["code"] for one in refused.body["errors"]} == {
        "date_order",
        "validity_overlaps",
        "nobody_guides",
        "kind_asked_for",
        "template_unknown",
        "twice",
        "kind_unknown",
    }
    good = await _lists(season)
    assert (await _put(season, good, version=good["version"] + 7)).code == "stale_version"
    site = season.service.caller("site_admin", scope_id=season.unit.id)
    assert (await site.get(f"/cycles/{season.cycle_id}/lists")).status == 403
    assert await season.count("SELECT count(*) FROM catalogue") == 1
