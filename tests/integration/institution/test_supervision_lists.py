"""Where institutions stand and what they lack: each number opens its list (B7, B8)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.institution.library import Library
from tests.support.service_under_test import Caller


async def listed(caller: Caller, **filters: Any) -> list[str]:
    """Who stands in the list behind a number."""
    asked = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = await caller.get(f"/supervision/institutions?limit=100&{asked}")
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.body["items"]]


@pytest.mark.requirement("B7", "B8", "B9")
async def test_each_missing_field_opens_its_list(library: Library) -> None:
    """Body by body and field by field: as many are listed as the completeness report counts, each names the field, and
    licences that ran out open their list as well."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    point_id = await library.body_id("point", site_id, ["420102"])
    await library.hospital(filing_body_id=str(point_id))
    half = await library.issued(filing_body_id=str(point_id))
    await library.accept(half)
    piece = {"address": "湖北省武汉市虚构路1号", "grade": "3A"}
    assert (await half.owner.put(f"/institutions/{half.id}/profile", piece, version=2)).status == 200
    await library.issued(institution_type="cdc")
    async with library.service.database.transaction() as tx:
        yesterday = library.clock.now().date() - timedelta(days=1)
        assert await tx.execute("UPDATE institution SET licence_valid_to = $1 WHERE id = $2", yesterday, half.id) == 1
    opened = 0
    for line in (await library.zone.get("/completeness")).body["bodies"]:
        place = {"body_id": line["body_id"], "direct": line["body_id"] == str(library.zone_id)}
        assert len(await listed(library.zone, **place)) == line["institutions"]
        assert len(await listed(library.zone, licence_ended=True, **place)) == line["licence_ended"]
        for field, count in line["missing"].items():
            found = await library.zone.get(
                f"/supervision/institutions?lacking={field}&body_id={place['body_id']}&direct={place['direct']}"
            )
            assert len(found.body["items"]) == count, field
            assert all(f"/{field}" in one["missing"] for one in found.body["items"])
            opened += count
    assert opened > 10
    assert await listed(library.zone, licence_ended=True) == [str(half.id)]
    assert await listed(library.zone, lacking="address", standing="profile_incomplete") == []
    assert (await library.zone.get("/supervision/institutions?lacking=owner_phone")).status == 422
