"""The files of a draft: kinds, numbers, sizes (A34)."""

import pytest

from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A34")
async def test_files_come_and_go(serve: Serve) -> None:
    """A file is inspected, stored sealed, handed back as an attachment, and can be removed before submission."""
    season = await exam_season(serve)
    draft = await season.draft()
    stored = await season.attach(draft, "other")
    document = stored.body["document"]
    path = f"{draft.path}/files/{document['id']}"
    got = await draft.person.api.get(path)
    assert (got.status, len(got.body)) == (200, document["size"])
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert (await (await season.has_person()).api.get(path)).status == 404
    removed = await draft.person.api.call("DELETE", path)
    draft.version = removed.body["version"]
    assert (await draft.person.api.get(path)).status == 404
    junk = await draft.person.api.post(f"{draft.path}/files?kind=other", data=b"#!/bin/sh", headers={})
    assert (junk.status, junk.code) == (422, "file_type_not_accepted")
    unknown = await draft.person.api.post(f"{draft.path}/files?kind=poem", data=b"x", headers={})
    assert unknown.code == "document_kind_unknown"
    assert (await season.submit(draft)).status == 201
    assert (await season.attach(draft, "other")).code == "declaration_not_editable"


@pytest.mark.requirement("A34")
async def test_a_kind_has_a_largest_number_of_files(serve: Serve) -> None:
    """One portrait, not two."""
    season = await exam_season(serve)
    draft = await season.draft()
    assert (await season.attach(draft, "photo")).status == 201
    assert (await season.attach(draft, "photo")).code == "too_many_documents"


@pytest.mark.requirement("A34")
async def test_a_file_has_a_largest_size(serve: Serve) -> None:
    """One byte beyond the cap is refused, whether the size was announced or not."""
    season = await exam_season(serve, UPLOAD_MEGABYTES="1")
    draft = await season.draft()
    refused = await draft.person.api.post(f"{draft.path}/files?kind=other", data=b"\xff\xd8\xff" + bytes(1024 * 1024))
    assert (refused.status, refused.code) == (413, "upload_too_large")
    assert (await season.attach(draft, "other")).status == 201
