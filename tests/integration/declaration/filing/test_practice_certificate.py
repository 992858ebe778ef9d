"""The assistant's practice-period certificate: another form under the same rules (5.3, last paragraph)."""

import io
import re
from datetime import date

import pypdfium2
import pytest

from services.declaration.domain.content import AssistantRecord
from tests.integration.declaration.filing.paper import printing
from tests.integration.declaration.filing.year import Year, exam_year, probation
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until

QUALIFIED, PRACTISING = "202042210420106199003075677", "210420106000123"


def assistant(first_registration: date | None) -> AssistantRecord:
    """An assistant physician of clinical medicine."""
    return AssistantRecord(
        qualification_certificate_no=QUALIFIED,
        practising_certificate_no=PRACTISING,
        first_registration_date=first_registration,
        practising_category_code="340",
    )


async def words_of(year: Year, evaluation: dict[str, object]) -> str:
    """What is printed, without white space."""
    path = f"/evaluations/{evaluation['id']}/certificate"

    async def ready() -> bool:
        return (await year.unit.get(path)).status == 200

    async with printing(year):
        await wait_until(ready, seconds=60, what="the certificate is rendered")
    document = pypdfium2.PdfDocument(io.BytesIO((await year.unit.get(path)).body))
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        return re.sub(r"[\s\u200b]", "", text)
    finally:
        document.close()


@pytest.mark.requirement("B10", "P9")
async def test_an_assistant_gets_the_certificate_of_practice(serve: Serve) -> None:
    """Both numbers, category, institution, first registration, from and to, opinion and the place for the seal stand on
    it, and it is numbered and checked like the other; the graduate's form says nothing of practice."""
    year = await exam_year(serve)
    upgrade = probation(date(2023, 3, 1), None, is_assistant_upgrade=True, assistant=assistant(date(2022, 5, 16)))
    someone = await year.declare(content=upgrade)
    certified = await year.certify(await year.evaluate(someone))
    assert certified["certificate_no"] == "PC2027-4201-000001"
    words = await words_of(year, certified)
    numbers = (QUALIFIED, PRACTISING, "执业类别340", "2022-05-16")
    expected = ("执业期考核证明", *numbers, "2023年3月", "江城试验医院", "机构公章")
    assert [part for part in (*expected, someone.name, someone.document_no) if part not in words] == []
    assert "试用期表现良好，同意。" in words
    graduate = await year.certify(await year.evaluate(await year.declare()))
    assert "执业期" not in await words_of(year, graduate)


@pytest.mark.requirement("B10", "P9")
async def test_without_the_first_registration_there_is_no_certificate(serve: Serve) -> None:
    """The years are counted from it; no number is used up."""
    year = await exam_year(serve)
    upgrade = probation(date(2023, 3, 1), None, is_assistant_upgrade=True, assistant=assistant(None))
    evaluation = await year.evaluate(await year.declare(content=upgrade))
    path = f"/evaluations/{evaluation['id']}/certificate"
    refused = await year.unit.post(path, {"responsible_person": "王建国"}, version=evaluation["version"])
    assert (refused.status, refused.code) == (409, "certificate_incomplete")
    assert (await year.certify(await year.evaluate(await year.declare())))["certificate_no"].endswith("000001")
