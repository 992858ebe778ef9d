"""The assistant's practice-period certificate: another form under the same rules (5.3, last paragraph)."""

import io
import re
from datetime import date

import pypdfium2
import pytest

from services.declaration.domain.content import AssistantRecord, Guidance
from shared.ids import new_id
from tests.integration.declaration.filing.paper import printing
from tests.integration.declaration.filing.year import Year, exam_year, probation
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until

QUALIFIED, PRACTISING = "202042210420106199003075677", "210420106000123"


def assistant(first_registration: date | None, category: str = "210") -> AssistantRecord:
    """An assistant physician, of clinical medicine unless told otherwise."""
    return AssistantRecord(
        qualification_certificate_no=QUALIFIED,
        practising_certificate_no=PRACTISING,
        first_registration_date=first_registration,
        practising_category_code=category,
    )


CATEGORY = """
INSERT INTO exam_category (catalogue_version, code, exam_level, route, family, name_zh, name_en, valid_from)
VALUES (900, '210', 'assistant_physician', 'prescribed_education', 'clinical', '临床助理', 'Clinical', '2015-01-01')
"""


async def words_of(year: Year, evaluation: dict[str, object], paper: str = "certificate") -> str:
    """What is printed, without white space."""
    path = f"/evaluations/{evaluation['id']}/{paper}"

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
    """Both numbers, the category by code and name (by code alone where the lists have no name), institution, first
    registration, from and to, opinion and the place for the seal stand on
    it, and it is numbered and checked like the other; the graduate's form says nothing of practice."""
    year = await exam_year(serve)
    async with year.service.database.transaction() as tx:
        await tx.execute(CATEGORY)
    upgrade = probation(date(2023, 3, 1), None, is_assistant_upgrade=True, assistant=assistant(date(2022, 5, 16)))
    someone = await year.declare(content=upgrade)
    certified = await year.certify(await year.evaluate(someone))
    assert certified["certificate_no"] == "PC2027-4201-000001"
    words = await words_of(year, certified)
    numbers = (QUALIFIED, PRACTISING, "执业类别210临床助理首次", "2022-05-16")
    expected = ("执业期考核证明", *numbers, "2023年3月", "江城试验医院", "机构公章")
    assert [part for part in (*expected, someone.name, someone.document_no) if part not in words] == []
    assert "试用期表现良好，同意。" in words
    unknown = assistant(date(2022, 5, 16), "998")
    upgrade = probation(date(2023, 3, 1), None, is_assistant_upgrade=True, assistant=unknown)
    other = await year.certify(await year.evaluate(await year.declare(content=upgrade)))
    assert "执业类别998首次" in await words_of(year, other)
    graduate = await year.certify(await year.evaluate(await year.declare()))
    assert "执业期" not in await words_of(year, graduate)


@pytest.mark.requirement("B10", "B16")
async def test_every_field_of_the_form_that_is_known_is_printed(serve: Serve) -> None:
    """From the declaration, the unit and the one who issues: nothing of the form of 5.3 is left out, the telephone
    included, and no telephone is refused with its place."""
    year = await exam_year(serve)
    content = probation(date(2025, 10, 1), date(2026, 12, 15))
    guide = Guidance(supervisor_id=new_id(), name="顾维安", practising_certificate_no="110420106000123")
    row = content.periods[0].model_copy(update={"supervisors": [guide], "work_summary": "参与查房与值班"})
    someone = await year.declare(content=content.model_copy(update={"periods": [row]}))
    evaluation = await year.evaluate(someone)
    path = f"/evaluations/{evaluation['id']}/certificate"
    aspects = {"conduct": "医德甲", "theory": "理论乙", "skill": "技能丙", "records": "病历丁", "discipline": "纪律戊"}
    body = {"responsible_person": "王建国", "legal_representative": "刘法定", "aspects": aspects}
    wrong = await year.unit.post(path, body | {"institution_phone": "来电"}, version=evaluation["version"])
    assert (wrong.status, wrong.body["errors"][0]["pointer"]) == (422, "/institution_phone")
    sent = body | {"institution_phone": "027-88880000"}
    certified = await year.unit.post(path, sent, version=evaluation["version"])
    assert certified.status == 200, certified.body
    words = await words_of(year, certified.body)
    expected = (
        *(someone.name, someone.document_no, "土家族", "本科", "虚构医科大学", "临床医学", "2025年6月", "执业医师"),
        *("110", "江城试验医院", "江城市武昌区试验路1号", "027-88880000", "内科", "试用医师", "2025年10月至2026年12月"),
        *("2025-10-01", "2026-12-15", "参与查房与值班", "顾维安", "110420106000123", *aspects.values(), "考核结果合格"),
        *("试用期表现良好，同意。", "刘法定", "王建国", "法定代表人签字", "机构公章", "2027年1月8日"),
    )
    assert [part for part in expected if part not in words] == []


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
