"""Reasons of a decision: from the catalogue, pointing at a field or a file, with a text where it must be (4.4, A42)."""

from typing import Any

import pytest

from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"code": "period_wrong"}, "/reasons/0/pointer", "target_unknown"),
    ({"code": "period_wrong", "pointer": "/periods/3/from"}, "/reasons/0/pointer", "target_unknown"),
    ({"code": "education_wrong", "pointer": "/education/0/colour"}, "/reasons/0/pointer", "target_unknown"),
    ({"code": "document_unreadable"}, "/reasons/0/pointer", "target_unknown"),
    ({"code": "material_missing", "pointer": "/documents/poem"}, "/reasons/0/pointer", "target_unknown"),
    ({"code": "other"}, "/reasons/0/text", "comment_required"),
]


@pytest.mark.requirement("A38")
async def test_reasons_say_what_they_mean(serve: Serve) -> None:
    """Every gap is named at its place; a field, a file of the submission, or a kind that is missing is shown to the
    candidate with the reason."""
    season = await exam_season(serve)
    draft = await season.submitted()
    for reason, pointer, code in WRONG:
        refused = await season.decide(draft, "return", {"reasons": [reason]})
        assert (refused.status, refused.code) == (422, "reasons_incomplete"), reason
        assert [(one["pointer"], one["code"]) for one in refused.body["errors"]] == [(pointer, code)], reason
    stranger = "00000000-0000-7000-8000-000000000000"
    foreign = {"reasons": [{"code": "document_unreadable", "document_id": stranger}]}
    refused = await season.decide(draft, "return", foreign)
    assert [one["pointer"] for one in refused.body["errors"]] == ["/reasons/0/document_id"]
    (document,) = (await season.reviewer().get(f"/reviews/{draft.id}")).body["documents"]
    good = [
        {"code": "period_wrong", "pointer": "/periods/0/from", "text": ""},
        {"code": "document_unreadable", "document_id": document["id"]},
        {"code": "material_missing", "pointer": "/documents/photo"},
    ]
    returned = await season.decide(draft, "return", {"reasons": good})
    assert (returned.status, returned.body["state"]) == (200, "returned"), returned.body
    shown = (await draft.person.api.get(f"{draft.path}/timeline")).body["items"][-1]["reasons"]
    assert [(one["code"], one["pointer"], one["document_id"]) for one in shown] == [
        ("period_wrong", "/periods/0/from", None),
        ("document_unreadable", "", document["id"]),
        ("material_missing", "/documents/photo", None),
    ]


@pytest.mark.requirement("A38", "A42")
async def test_the_catalogue_says_what_a_reason_asks_for(serve: Serve) -> None:
    """Both languages, what it means for the candidate, what it points at, whether a text goes with it."""
    season = await exam_season(serve)
    catalogue = (await season.service.anonymous().get(f"/cycles/{season.cycle_id}/categories")).body
    reasons = {(one["action"], one["code"]): one for one in catalogue["reasons"]}
    assert reasons["reject", "not_eligible"]["effect"] == "fatal"
    assert reasons["reject", "not_our_probationer"]["effect"] == "may_reapply"
    assert reasons["return_for_modification", "document_unreadable"]["target"] == "document"
    assert all(one["comment_required"] for (_, code), one in reasons.items() if code == "other")
    assert all(one["text_zh"] and one["text_en"] for one in reasons.values())
