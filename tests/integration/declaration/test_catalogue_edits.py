"""The zone edits the lists of a year: a new version, which what was declared before does not notice."""

from typing import Any

import pytest

from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Answer, Serve


async def _lists(season: Season) -> dict[str, Any]:
    read: dict[str, Any] = (await season.zone.get(f"/cycles/{season.cycle_id}/lists")).body
    return read


async def _put(season: Season, lists: dict[str, Any], version: int | None = None) -> Answer:
    names = ("categories", "document_kinds", "materials", "supervisors")
    body = {name: lists[name] for name in names} | {"reason": "考区年度调整"}
    return await season.zone.put(f"/cycles/{season.cycle_id}/lists", body, version=version or lists["version"])


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
    assert (await season.submit(before)).status == 201
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'cycle.replace_lists'") == 1
    again = await _lists(season)
    same = await _put(season, again)
    assert same.body["catalogue_version"] == 3, "the same lists on another base are told apart"


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
