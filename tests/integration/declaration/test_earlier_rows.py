"""Probation at other units before the bound one: from the library, or outside the province (A31, A32, B2)."""

import pytest

from shared.ids import new_id
from tests.integration.declaration.forms import complete_content, current_period, prior_period
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A31", "A32")
async def test_an_earlier_row_needs_its_certificate(serve: Serve) -> None:
    """Two units add up; the earlier one brings its library name, and counts only with its sealed certificate."""
    season = await exam_season(serve)
    former = await season.has_unit("前任医院")
    row = prior_period(former, "2025-07-01", "2026-05-31")
    content = complete_content(season.unit)
    content["periods"] = [row, current_period(season.unit, "2026-06-01")]
    draft = await season.draft(content=content)
    saved = (await draft.person.api.get(draft.path)).body["content"]["periods"][0]
    assert (saved["institution_name"], saved["supervisors"][0]["name"]) == ("前任医院", "顾维安")
    preview = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert "D02" in [one["code"] for one in preview["warnings"]]
    assert (await season.attach(draft, "prior_certificate", str(new_id()))).code == "period_unknown"
    assert (await season.attach(draft, "prior_certificate", row["id"])).status == 201
    assert (await season.submit(draft)).status == 201


@pytest.mark.requirement("A31", "B2")
async def test_a_unit_outside_the_province_is_an_earlier_row_with_evidence(serve: Serve) -> None:
    """What the current row says of another province's unit is replaced by the bound one; an earlier row may name one,
    which waits for its sealed certificate and is flagged as outside the library."""
    season = await exam_season(serve)
    outside = {"institution_id": None, "institution_name": "虚构湘江医院", "division_code": "430102"}
    guide = {"name": "甄指导", "practising_certificate_no": "110430102000123"}
    row = prior_period(season.unit, "2025-07-01", "2026-05-31") | outside | {"supervisors": [guide]}
    content = complete_content(season.unit)
    content["periods"] = [row, current_period(season.unit, "2026-06-01") | outside]
    draft = await season.draft(content=content)
    prior, current = (await draft.person.api.get(draft.path)).body["content"]["periods"]
    assert (current["institution_id"], current["institution_name"]) == (str(season.unit.id), season.unit.name)
    assert (prior["institution_id"], prior["institution_name"]) == (None, "虚构湘江医院")
    preview = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert {"D02", "institution_outside_library"} <= {one["code"] for one in preview["warnings"]}
    assert (await season.attach(draft, "prior_certificate", row["id"])).status == 201
    assert (await season.submit(draft)).status == 201
