"""The poster of an institution: what stands on it, and who may have it (A20, A21)."""

import re

import pypdfium2
import pytest

from tests.integration.institution.library import Library
from tests.support.printed_codes import code_on
from tests.support.service_under_test import Answer

LONG_NAME = "虚构江岸区妇幼保健院" * 10


def read(answer: Answer) -> tuple[str, str]:
    """The text of the one page, and what its QR code says."""
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.body)
    try:
        assert len(document) == 1
        page = document[0]
        assert [round(side) for side in page.get_size()] == [595, 842]
        text = re.sub(r"[\s\u200b]", "", page.get_textpage().get_text_range())
        return text, code_on(page)
    finally:
        document.close()


@pytest.mark.requirement("A20", "A21")
async def test_the_poster_leads_to_the_unit_without_its_code(library: Library) -> None:
    """One A4 page with name, area, licence and steps; neither text nor QR code carries the code, unless asked for."""
    hospital = await library.hospital(name=LONG_NAME)
    code = await library.code_of(hospital)
    text, address = read(await hospital.owner.get(f"/institutions/{hospital.id}/poster"))
    for words in (LONG_NAME, "江岸区", "PDY", "核对单位", "试用期管理人员索取"):
        assert words in text
    assert address.endswith(f"/bind?institution={hospital.id}")
    assert code not in text + address
    text, address = read(await hospital.business_admin.get(f"/institutions/{hospital.id}/poster?shows_code=true"))
    assert code in text
    assert address.endswith(f"#code={code}")


@pytest.mark.requirement("A21")
async def test_a_poster_of_a_department_is_recorded_and_for_own_staff_only(library: Library) -> None:
    """A named code's poster says for whom it is; a code on it counts as a look; others' staff finds nothing."""
    hospital, other = await library.hospital(), await library.hospital()
    path = f"/institutions/{hospital.id}"
    made = await hospital.owner.post(
        f"{path}/confirmation-codes", {"name": "内", "department": "内科", "cohort": "2026届"}
    )
    text, _ = read(await hospital.owner.get(f"{path}/poster?code_id={made.body['id']}"))
    assert "内科2026届" in text
    assert (await hospital.owner.get(f"{path}/poster?shows_code=true")).status == 200
    assert (await other.owner.get(f"{path}/poster")).status == 404
    assert (await library.zone.get(f"{path}/poster")).status == 403
    assert (await other.owner.get(f"/institutions/{other.id}/poster?code_id={made.body['id']}")).status == 404
    issued = await library.issued()
    assert (await issued.owner.get(f"/institutions/{issued.id}/poster")).code == "institution_not_active"
    async with library.service.database.read() as reader:
        rows = await reader.fetch("SELECT action FROM audit_entry WHERE action LIKE 'confirmation_code.%'")
    assert sorted(row["action"].split(".")[1] for row in rows) == ["add", "poster", "show"]
