"""Several photos make one document: added, ordered, taken away, and shown to reviewers page by page (A34)."""

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.integration.declaration.forms import ALLOWANCE
from tests.integration.declaration.season import Draft, exam_season
from tests.support.service_under_test import Answer, Serve

_JPEG = {"Content-Type": "image/jpeg"}


def _shade(level: int) -> bytes:
    data = BytesIO()
    Image.new("RGB", (60, 40), (level, level, level)).save(data, "JPEG")
    return data.getvalue()


async def _page(draft: Draft, document_id: str, data: bytes) -> Answer:
    path = f"{draft.path}/files/{document_id}/pages?file_name=page.jpg"
    added = await draft.person.api.post(path, data=data, headers=_JPEG)
    if added.status == 201:
        draft.version = added.body["version"]
    return added


async def _arrange(draft: Draft, document_id: str, page_ids: list[str], version: int | None = None) -> Answer:
    path = f"{draft.path}/files/{document_id}/pages"
    seen = draft.version if version is None else version
    done = await draft.person.api.put(path, {"page_ids": page_ids}, version=seen)
    if done.status == 200:
        draft.version = done.body["version"]
    return done


async def _book(draft: Draft, season: Any, pages: int = 3) -> tuple[str, list[dict[str, Any]]]:
    first = await season.attach(draft, "other")
    document_id = first.body["document"]["id"]
    for number in range(1, pages):
        assert (await _page(draft, document_id, _shade(number * 40))).status == 201
    listed = await draft.person.api.get(f"{draft.path}/files/{document_id}/pages")
    return document_id, listed.body["items"]


@pytest.mark.requirement("A34")
async def test_photos_make_one_document(serve: Serve) -> None:
    """Pages are added, ordered and taken away; the document keeps its id, counts once, and knows the originals."""
    season = await exam_season(serve)
    draft = await season.draft()
    document_id, pages = await _book(draft, season)
    assert [one["position"] for one in pages] == [1, 2, 3]
    assert pages[2]["original_sha256"] == hashlib.sha256(_shade(80)).hexdigest()
    files = (await draft.person.api.get(draft.path)).body["documents"]
    (book,) = [one for one in files if one["id"] == document_id]
    assert (book["page_count"], book["size"]) == (3, sum(one["size"] for one in pages))
    ids = [one["page_id"] for one in pages]
    arranged = await _arrange(draft, document_id, [ids[2], ids[0]])
    assert [one["page_id"] for one in arranged.body["items"]] == [ids[2], ids[0]]
    shown = await draft.person.api.get(f"{draft.path}/files/{document_id}/pages/1")
    assert hashlib.sha256(shown.body).hexdigest() == pages[2]["sha256"]
    assert (await draft.person.api.get(f"{draft.path}/files/{document_id}/pages/3")).status == 404
    again = (await draft.person.api.get(f"{draft.path}/files/{document_id}/pages")).body
    assert again["items"] == arranged.body["items"]


@pytest.mark.requirement("A34", "P17")
async def test_an_order_leaves_out_no_page_that_came_meanwhile(serve: Serve) -> None:
    """Ordered as it was seen before another device added a page: refused, and the page is still there; a save of
    another section in between is no reason to refuse."""
    season = await exam_season(serve)
    draft = await season.draft()
    document_id, pages = await _book(draft, season, pages=2)
    seen, ids = draft.version, [one["page_id"] for one in pages]
    added = await _page(draft, document_id, _shade(120))
    stale = await _arrange(draft, document_id, ids[::-1], seen)
    assert (stale.status, stale.code) == (409, "stale_version")
    listed = (await draft.person.api.get(f"{draft.path}/files/{document_id}/pages")).body
    assert listed["items"] == added.body["items"]
    assert len(listed["items"]) == 3
    path = f"{draft.path}/files/{document_id}/pages"
    assert (await draft.person.api.put(path, {"page_ids": ids})).status == 428
    basics = {"fresh_graduate": False, "note": "无"}
    saved = await draft.person.api.put(f"{draft.path}/sections/basics", basics, version=draft.version)
    assert saved.status == 200
    assert (await _arrange(draft, document_id, ids[::-1])).status == 200


@pytest.mark.requirement("A34")
async def test_what_can_not_be_a_page(serve: Serve) -> None:
    """A strange or doubled page in an order, more pages than allowed, a document of others: each is refused."""
    season = await exam_season(serve, DOCUMENT_PAGES="3")
    draft = await season.draft()
    document_id, pages = await _book(draft, season)
    ids = [one["page_id"] for one in pages]
    assert (await _arrange(draft, document_id, [ids[0], ids[0]])).code == "pages_unknown"
    assert (await _arrange(draft, document_id, [ids[0], document_id[:-4] + "0000"])).code == "pages_unknown"
    assert (await _page(draft, document_id, _shade(200))).code == "too_many_pages"
    pdf = await draft.person.api.post(
        f"{draft.path}/files/{document_id}/pages", data=b"%PDF-1.7\n", headers={"Content-Type": "application/pdf"}
    )
    assert pdf.code == "file_type_not_accepted"
    other = await season.draft()
    foreign = await other.person.api.post(f"{other.path}/files/{document_id}/pages", data=_shade(1), headers=_JPEG)
    assert foreign.status == 404


@pytest.mark.requirement("A34", "A42")
async def test_what_was_handed_in_keeps_its_pages(serve: Serve) -> None:
    """Reviewers see the pages as handed in; a later change makes a successor and leaves them as they were."""
    season = await exam_season(serve)
    draft = await season.draft()
    document_id, pages = await _book(draft, season)
    await season.submit(draft)
    assert (await _page(draft, document_id, _shade(9))).code == "declaration_not_editable"

    async def seen(number: int) -> Answer:
        return await season.reviewer().get(f"/reviews/{draft.id}/files/{document_id}/pages/{number}")

    hashes = [hashlib.sha256((await seen(number)).body).hexdigest() for number in (1, 2, 3)]
    assert hashes == [one["sha256"] for one in pages]
    opened = "SELECT count(*) FROM audit_entry WHERE action = 'declaration.open_file'"
    assert await season.count(opened) == 3
    review = (await season.reviewer().get(f"/reviews/{draft.id}")).body
    (book,) = [one for one in review["documents"] if one["id"] == document_id]
    assert book["page_count"] == 3
    await season.decide(draft, "modification-allowance", ALLOWANCE)
    season.later(timedelta(minutes=1))
    ids = [one["page_id"] for one in pages]
    arranged = await _arrange(draft, document_id, [ids[1], ids[0]])
    assert arranged.body["document_id"] != document_id, "a successor"
    assert [hashlib.sha256((await seen(number)).body).hexdigest() for number in (1, 2, 3)] == hashes
    once_more = await _arrange(draft, arranged.body["document_id"], [ids[0]])
    assert once_more.body["document_id"] == arranged.body["document_id"], "not handed in yet, so it stays itself"
    await season.submit(draft)
    assert (await seen(1)).status == 404, "the submission shows the successor now"


@pytest.mark.requirement("P17", "A34")
async def test_a_page_may_come_in_parts(serve: Serve) -> None:
    """A resumable upload becomes a page of a document just as well."""
    season = await exam_season(serve)
    draft = await season.draft()
    document_id, _ = await _book(draft, season, pages=1)
    data = _shade(120)
    promise = {"kind": "other", "page_of": document_id, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    upload = (await draft.person.api.post(f"{draft.path}/uploads", promise)).body
    path = f"{draft.path}/uploads/{upload['id']}"
    await draft.person.api.call("PATCH", path, data=data, headers={"Upload-Offset": "0"})
    done = await draft.person.api.post(f"{path}/completion")
    assert (done.body["document"]["id"], done.body["document"]["page_count"]) == (document_id, 2)
