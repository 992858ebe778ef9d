"""A step that was based on an older version is refused with what happened meanwhile (A41, 4.4)."""

import pytest

from tests.integration.declaration.forms import REASONS, complete_content
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A38", "A41")
async def test_the_refusal_names_who_did_what_and_when(serve: Serve) -> None:
    """Withdrawn by the candidate, claimed by a colleague: in Chinese and in English, never with personal data."""
    season = await exam_season(serve)
    draft, other = await season.submitted(), await season.submitted()
    await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    refused = await season.decide(draft, "approval")
    assert (refused.status, refused.code) == (409, "stale_version")
    assert refused.body["title"].startswith("考生已于 2026-12-20 10:00 撤回（当前状态“已撤回”")
    await season.decide(other, "claim")
    other.version -= 1
    reviewer = season.reviewer()
    path, english = f"/reviews/{other.id}/return", {"Accept-Language": "en"}
    late = await reviewer.call("POST", path, REASONS, version=other.version, headers=english)
    assert "a business administrator of the unit claimed it for review (now under_review" in late.body["title"]
    assert draft.person.name not in str(refused.body)


@pytest.mark.requirement("A38", "A41")
async def test_the_refusal_names_the_fields_that_were_changed(serve: Serve) -> None:
    """Handed in anew meanwhile: the pointers of what differs, and not the values."""
    season = await exam_season(serve)
    draft = await season.submitted()
    seen = draft.version
    taken = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    draft.version = taken.body["version"]
    content = complete_content(season.unit)
    content["education"][0] |= {"major": "临床医学（五年制）"}
    content["periods"][0] = content["periods"][0] | {"department": "外科"}
    saved = (await draft.person.api.get(draft.path)).body["content"]["periods"][0]["id"]
    content["periods"][0] |= {"id": saved}
    await season.save(draft, content)
    assert (await season.submit(draft)).status == 201
    draft.version, now = seen, draft.version
    refused = await season.decide(draft, "approval")
    assert (refused.status, refused.code) == (409, "stale_version")
    assert {one["pointer"] for one in refused.body["errors"]} == {"/education/0/major", "/periods/0/department"}
    assert "外科" not in str(refused.body)
    draft.version = now
    assert (await season.decide(draft, "approval")).status == 200
