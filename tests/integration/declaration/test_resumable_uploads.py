"""Uploads that break and go on: the offset is the server's, and what it acknowledged is stored (P17, A34)."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from services.declaration.scheduled import uploads as scheduled
from services.declaration.use_cases.uploading import add_part as adding
from services.declaration.use_cases.uploading import expire_uploads as expiring
from shared.objectstore import Bucket
from tests.integration.declaration.forms import picture
from tests.integration.declaration.season import Draft, Season, exam_season, together
from tests.support.service_under_test import Answer, Serve

_PARTS = "SELECT count(*) FROM upload_part"
_UPLOADS = "SELECT count(*) FROM upload"


def _photo(side: int = 300) -> bytes:
    """A photograph that does not compress to nothing."""
    data = BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(data, "JPEG", quality=95)
    return data.getvalue()


async def _begin(draft: Draft, data: bytes, **more: Any) -> Answer:
    promise = {"kind": "other", "file_name": "病历.jpg", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return await draft.person.api.post(f"{draft.path}/uploads", promise | more)


async def _send(draft: Draft, upload_id: str, part: bytes, offset: int, **more: Any) -> Answer:
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/octet-stream"}
    path = f"{draft.path}/uploads/{upload_id}"
    return await draft.person.api.call("PATCH", path, data=part, headers=headers, **more)


async def _complete(draft: Draft, upload_id: str, **more: Any) -> Answer:
    return await draft.person.api.post(f"{draft.path}/uploads/{upload_id}/completion", **more)


async def _begun(season: Season) -> Draft:
    person = await season.has_person()
    started = await season.start(person)
    return Draft(started.body["id"], started.body["version"], person)


@pytest.mark.requirement("P17", "A34")
async def test_a_broken_upload_goes_on(serve: Serve) -> None:
    """Three parts with a break between: the server says where to go on, the whole becomes a document as if it had come
    at once, with the hash of what was sent."""
    season = await exam_season(serve)
    draft, data = await _begun(season), _photo()
    upload = (await _begin(draft, data)).body
    third = len(data) // 3
    assert (await _send(draft, upload["id"], data[:third], 0)).body["offset"] == third
    again = await _begin(draft, data)
    assert (again.body["id"], again.body["offset"]) == (upload["id"], third), "found again after a restart of the phone"
    lost = await _send(draft, upload["id"], data[:third], 0)
    assert (lost.status, lost.code) == (409, "offset_differs")
    assert str(third) in lost.body["title"]
    asked = (await draft.person.api.get(f"{draft.path}/uploads/{upload['id']}")).body["offset"]
    early = await _complete(draft, upload["id"])
    assert (early.status, early.code) == (409, "upload_unfinished")
    await _send(draft, upload["id"], data[asked : 2 * third], asked)
    assert [one["offset"] for one in (await draft.person.api.get(f"{draft.path}/uploads")).body["items"]] == [2 * third]
    last = await _send(draft, upload["id"], data[2 * third :], 2 * third)
    assert last.body["offset"] == last.body["size"] == len(data)
    done = await _complete(draft, upload["id"])
    assert done.status == 200, done.body
    document = done.body["document"]
    assert (document["kind"], document["file_name"]) == ("other", "病历.jpg")
    assert document["original_sha256"] == hashlib.sha256(data).hexdigest()
    again = (await _complete(draft, upload["id"])).body
    assert (again["document"]["id"], again["version"]) == (document["id"], done.body["version"]), "the same document"
    assert await season.count("SELECT count(*) FROM declaration_document") == 1
    assert (await draft.person.api.get(f"{draft.path}/uploads")).body["items"] == []
    assert (await _send(draft, upload["id"], b"x", len(data))).code == "upload_over"


@pytest.mark.requirement("A34")
async def test_what_came_in_parts_is_inspected_like_any_file(serve: Serve) -> None:
    """A wrong hash starts again at 0; something that is no picture is refused, with nothing attached."""
    season = await exam_season(serve)
    draft, data = await _begun(season), picture()
    upload = (await _begin(draft, data, sha256="0" * 64)).body
    await _send(draft, upload["id"], data, 0)
    damaged = await _complete(draft, upload["id"])
    assert (damaged.status, damaged.code) == (422, "upload_damaged")
    path = f"{draft.path}/uploads/{upload['id']}"
    assert (await draft.person.api.get(path)).body["offset"] == 0
    script = b"#!/bin/sh\nexit 0\n" * 20
    upload = (await _begin(draft, script)).body
    await _send(draft, upload["id"], script, 0)
    assert (await _complete(draft, upload["id"])).code == "file_type_not_accepted"
    assert await season.count("SELECT count(*) FROM declaration_document") == 0


@pytest.mark.requirement("A34", "V34")
async def test_limits_of_parts_and_uploads(serve: Serve) -> None:
    """Too large a promise, too large a part, more than was promised, too many at once, no offset, a locked draft."""
    season = await exam_season(serve, UPLOAD_PART_KILOBYTES="64", OPEN_UPLOADS="2", UPLOAD_MEGABYTES="1")
    draft = await _begun(season)
    large = await _begin(draft, b"x" * (1024 * 1024 + 1))
    assert (large.status, large.code) == (413, "upload_too_large")
    assert (await _begin(draft, b"x", kind="unheard_of")).code == "document_kind_unknown"
    data = bytes(200_000)
    upload = (await _begin(draft, data)).body
    assert upload["part_limit"] == 65_536
    tiny = await _send(draft, upload["id"], data[:16_383], 0)
    assert (tiny.status, tiny.code) == (422, "part_too_small")
    assert "16 KiB" in tiny.body["title"]
    assert await season.count(_PARTS) == 0
    assert (await _send(draft, upload["id"], data[:16_384], 0)).body["offset"] == 16_384
    assert (await _send(draft, upload["id"], data[:1], 16_384)).code == "part_too_small"
    for first in (16_384, 81_920, 147_456):
        sent = await _send(draft, upload["id"], data[first : first + 65_536], first)
    assert sent.body["offset"] == len(data), "the last part may be as short as it is"
    assert (await draft.person.api.call("DELETE", f"{draft.path}/uploads/{upload['id']}")).status == 204
    upload = (await _begin(draft, data)).body
    assert (await _send(draft, upload["id"], data[:70_000], 0)).code == "upload_too_large"
    small = (await _begin(draft, b"abc")).body
    assert (await _send(draft, small["id"], b"abcd", 0)).code == "upload_too_large"
    assert (await _begin(draft, b"third")).code == "too_many_uploads"
    path = f"{draft.path}/uploads/{small['id']}"
    assert (await draft.person.api.call("PATCH", path, data=b"abc")).code == "offset_missing"
    assert (await draft.person.api.call("DELETE", path)).status == 204
    assert (await _begin(draft, b"third")).status == 201
    other = await season.has_person()
    assert (await other.api.get(path)).status == 404


@pytest.mark.requirement("P17", "M9")
async def test_parallel_parts_count_once(serve: Serve) -> None:
    """The same part sent by eight tries at once: one is taken, the others learn the offset, the whole is right."""
    season = await exam_season(serve)
    draft, data = await _begun(season), _photo()
    upload, half = (await _begin(draft, data)).body, len(data) // 2
    answers = await together(*(_send(draft, upload["id"], data[:half], 0) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 7]
    await _send(draft, upload["id"], data[half:], half)
    both = await together(_complete(draft, upload["id"]), _complete(draft, upload["id"]))
    assert [one.status for one in both] == [200, 200]
    assert len({one.body["document"]["id"] for one in both}) == 1


@pytest.mark.requirement("P17", "M9")
async def test_without_the_offset_under_lock_parts_count_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody compares the offset under the lock, and the whole is not what was sent."""
    monkeypatch.setattr(adding, "require_offset", lambda *_: None)
    both, store = asyncio.Barrier(2), Bucket.put

    async def store_when_both_were_let_in(bucket: Bucket, *arguments: Any) -> None:
        await both.wait()
        await store(bucket, *arguments)

    monkeypatch.setattr(Bucket, "put", store_when_both_were_let_in)
    season = await exam_season(serve)
    draft, data = await _begun(season), _photo()
    upload, third = (await _begin(draft, data)).body, len(data) // 3
    await together(*(_send(draft, upload["id"], data[:third], 0) for _ in range(2)))
    path = f"{draft.path}/uploads/{upload['id']}"
    assert (await draft.person.api.get(path)).body["offset"] == 2 * third


@pytest.mark.requirement("P17", "M11")
async def test_a_part_that_is_not_stored_is_not_acknowledged(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store fails: the offset stays where it was, and the same part is taken afterwards."""
    season = await exam_season(serve)
    draft, data = await _begun(season), picture()
    upload = (await _begin(draft, data)).body
    with monkeypatch.context() as broken:
        broken.setattr(season.service.bucket, "_name", "no-such-bucket-here")
        assert (await _send(draft, upload["id"], data, 0)).status in (404, 503)
    path = f"{draft.path}/uploads/{upload['id']}"
    assert (await draft.person.api.get(path)).body["offset"] == 0
    assert (await _send(draft, upload["id"], data, 0)).status == 200
    assert (await _complete(draft, upload["id"])).status == 200


@pytest.mark.requirement("P17", "M11")
async def test_acknowledged_before_it_is_stored_a_part_is_lost(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: when parts are acknowledged without their objects, the upload can never be completed."""

    async def forgets(*_: Any) -> None:
        return None

    season = await exam_season(serve)
    draft, data = await _begun(season), picture()
    upload = (await _begin(draft, data)).body
    with monkeypatch.context() as broken:
        broken.setattr(Bucket, "put", forgets)
        assert (await _send(draft, upload["id"], data, 0)).status == 200
    assert (await _complete(draft, upload["id"])).code == "object_missing"


@pytest.mark.requirement("P17", "V57")
async def test_uploads_expire_with_their_parts(serve: Serve) -> None:
    """After the hours allowed the upload is over, its rows and objects are gone; the document it made stays."""
    season = await exam_season(serve, UPLOAD_HOURS="3")
    draft, data = await _begun(season), picture()
    done = (await _begin(draft, data)).body
    await _send(draft, done["id"], data, 0)
    document = (await _complete(draft, done["id"])).body["document"]
    left, rest = (await _begin(draft, bytes(40_000))).body, bytes(20_000)
    await _send(draft, left["id"], rest, 0)
    async with season.service.database.read() as reader:
        keys = [row["object_key"] for row in await reader.fetch("SELECT object_key FROM upload_part")]
    assert len(keys) == 2
    await scheduled.expire(season.service.deps)
    assert await season.count(_PARTS) == 2, "not yet"
    season.later(timedelta(hours=4))
    assert (await _send(draft, left["id"], rest, 20_000)).code == "upload_over"
    await scheduled.expire(replace(season.service.deps, clock=season.clock))
    assert await season.count(_PARTS) == 0
    assert [await season.service.bucket.exists(key) for key in keys] == [False, False]
    assert (await draft.person.api.get(f"{draft.path}/files/{document['id']}")).status == 200


@pytest.mark.requirement("P17", "V57")
async def test_no_transaction_removes_more_than_some_parts(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expired upload of many parts goes some at a time, the first ones first; the job goes on until nothing is
    left of it or of the next one."""
    monkeypatch.setattr(expiring, "PARTS", 2)
    season = await exam_season(serve, UPLOAD_HOURS="3")
    draft, part = await _begun(season), bytes(16_384)
    for parts in (5, 4):
        upload = (await _begin(draft, part * parts)).body
        for number in range(parts):
            assert (await _send(draft, upload["id"], part, number * len(part))).status == 200
    season.later(timedelta(hours=4))
    deps = replace(season.service.deps, clock=season.clock)
    async with season.service.database.transaction() as tx:
        worked = await expiring.expire_uploads(tx, bucket=deps.bucket, now=season.clock.now())
    assert (worked, await season.count(_PARTS), await season.count(_UPLOADS)) == (1, 7, 2)
    await scheduled.expire(deps)
    assert (await season.count(_PARTS), await season.count(_UPLOADS)) == (0, 0)
