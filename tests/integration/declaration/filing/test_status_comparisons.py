"""What the national network learns when it compares its form with what was handed in (C5, C8)."""

from typing import Any
from uuid import uuid4

import pytest

from shared.ids import new_id
from tests.integration.declaration.filing.year import YEAR, Declared, Year, exam_year, probation
from tests.support.service_under_test import Answer, Serve

_CHANGE_DRAFT = """
UPDATE declaration SET exam_level = 'assistant_physician', exam_category_code = '120', route = 'apprenticeship',
    institution_id = $2, institution_name = '另一家医院', version = version + 1 WHERE id = $1
"""


async def compared(year: Year, declared: Declared, form: dict[str, Any], **more: Any) -> Answer:
    """The national network compares its form."""
    key = {"document_type": "resident_id", "document_no": declared.document_no, "name": declared.name}
    body = key | {"exam_year": YEAR, "nonce": str(uuid4()), "form": form} | more
    return await year.network().post("/status-comparisons", body)


@pytest.mark.requirement("C5", "C8")
async def test_a_comparison_names_the_fields_that_differ(serve: Serve) -> None:
    """What equals the last submission is not named, width and case apart; what differs is, by name only; fields that
    were not sent are not compared."""
    year = await exam_year(serve)
    declared = await year.declare("approved", content=probation(fresh=False))
    same = {
        "sex": "1" if int(declared.document_no[16]) % 2 else "2",
        "birth_date": f"{declared.document_no[6:10]}-{declared.document_no[10:12]}-{declared.document_no[12:14]}",
        "ethnicity_code": "15",
        "exam_level": "licensed_physician",
        "exam_category_code": "110",
        "route": "prescribed_education",
        "education_level": "21",
        "school": " 虚构医科大学 ",
        "major": "临床医学",
        "graduated_on": "2025-06-30",
        "institution_name": "江城试验医院",
        "institution_code": f"pdy{year.institution_id.hex[-10:]}",
        "probation_from": "2025-10-01",
        "months_counted": 14,
    }
    answer = await compared(year, declared, same)
    assert (answer.body["status"], answer.body["differing_fields"]) == ("approved", [])
    assert set(answer.body) == {"record_id", "status", "differing_fields", "updated_at", "record_version"}
    wrong = {
        "major": "口腔医学",
        "months_counted": 13,
        "diploma_no": "105421202505000001",
        "graduated_on": "2025-07-01",
    }
    named = (await compared(year, declared, same | wrong)).body["differing_fields"]
    assert named == ["major", "graduated_on", "diploma_no", "months_counted"]
    assert (await compared(year, declared, {})).body["differing_fields"] == []


@pytest.mark.requirement("C5", "C8", "A37")
async def test_a_comparison_leaves_the_open_draft_aside(serve: Serve) -> None:
    """After a return the draft goes on: other category, level, way and unit. Compared is what was handed in, until it
    is handed in again; the draft's own values differ."""
    year = await exam_year(serve)
    season = {"exam_level": "licensed_physician", "exam_category_code": "110", "route": "prescribed_education"}
    unit = {"institution_name": "江城试验医院", "institution_code": f"PDY{year.institution_id.hex[-10:].upper()}"}
    year.choice = season
    declared = await year.declare("returned")
    elsewhere = new_id()
    await year.institution_exists(elsewhere)
    async with year.service.database.transaction() as tx:
        await tx.execute(_CHANGE_DRAFT, declared.id, elsewhere)
    assert (await compared(year, declared, season | unit)).body["differing_fields"] == []
    draft = {
        "exam_level": "assistant_physician",
        "exam_category_code": "120",
        "route": "apprenticeship",
        "institution_name": "另一家医院",
        "institution_code": f"PDY{elsewhere.hex[-10:].upper()}",
    }
    assert (await compared(year, declared, draft)).body["differing_fields"] == list(draft)


@pytest.mark.requirement("C8", "V28")
async def test_a_comparison_tells_strangers_nothing(serve: Serve) -> None:
    """A wrong name and an unknown number get the answer of nobody, in the size of every other; before something was
    handed in there is nothing to compare with."""
    year = await exam_year(serve)
    declared = await year.declare("approved")
    stranger = Declared(declared.id, declared.person_id, declared.name, "420106199001018888")
    draft = await year.declare("draft")
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET submission = 0 WHERE id = $1", draft.id)
    form = {"school": "虚构医科大学"}
    right, wrong, unknown, begun = [
        await compared(year, declared, form),
        await compared(year, declared, form, name="李四"),
        await compared(year, stranger, form),
        await compared(year, draft, form),
    ]
    nothing = {
        "record_id": None,
        "status": "none",
        "differing_fields": None,
        "updated_at": None,
        "record_version": None,
    }
    assert wrong.body == unknown.body == nothing
    assert (begun.body["status"], begun.body["differing_fields"]) == ("in_progress", None)
    assert len({one.headers["Content-Length"] for one in (right, wrong, unknown, begun)}) == 1
