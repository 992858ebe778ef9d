"""Photos of documents as they arrive: which sides a type needs, and what a first look says."""

import io

import pytest
from PIL import Image, ImageFilter

from tests.integration.identity.cards import CONSENT, card, upload
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.integration.identity.test_manual_review import ask
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A14", "A15")
async def test_each_type_needs_its_sides(serve: Serve) -> None:
    """A passport is one page; a card has two sides, and the missing one is named."""
    service = await serve("identity", some_morning())
    caller = await candidate(service, phone_number(1))
    await caller.post("/consents", CONSENT)
    assert (await upload(caller, "front", card(1)[1])).status == 200
    permit = {"document_type": "hm_travel_permit", "document_no": "H12345678", "country": None}
    refused = await ask(caller, **permit)
    assert (refused.status, refused.code) == (409, "photos_missing")
    assert "back" in refused.body["title"]
    types = {item["document_type"]: item for item in (await caller.get("/document-types")).body["items"]}
    assert [kind for kind, item in types.items() if item["sides"] == ["front"]] == ["passport", "officer_card"]
    assert (types["passport"]["needs"], types["hk_id"]["needs"]) == (["valid_to", "country"], [])
    assert (await ask(caller)).status == 202


@pytest.mark.requirement("A11")
async def test_the_upload_says_at_once_what_is_wrong_with_a_photo(serve: Serve) -> None:
    """A blurred photo is kept with the advice to take it again, in the language of the person; a good one passes."""
    service = await serve("identity", some_morning())
    caller = await candidate(service, phone_number(1))
    await caller.post("/consents", CONSENT)
    good = (await upload(caller, "front", card(1)[1])).body["quality"]
    assert (good["verdict"], good["reason"], good["outlined"]) == ("ok", "ok", True)
    file = io.BytesIO()
    Image.open(io.BytesIO(card(1)[1])).convert("RGB").filter(ImageFilter.GaussianBlur(10)).save(file, "JPEG")
    bad = (await upload(caller, "front", file.getvalue())).body
    assert (bad["replaces"], bad["quality"]["verdict"], bad["quality"]["reason"]) == (True, "retake", "blurred")
    assert "重新拍摄" in bad["quality"]["message"]
