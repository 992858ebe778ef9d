"""How certificates look on paper: nothing is torn, cut or printed over something else, whoever the person is (5.3)."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pypdfium2
import pytest

from services.declaration.printing import TEMPLATES
from services.declaration.printing.certificate import CertificateDocument, EvaluationAspects
from shared.printing.render import Printer
from tests.unit.declaration.printing import samples

_MARGIN_MM = 16.5
_POINTS_PER_MM = 72 / 25.4
LONG = "该同志在试用期间工作认真负责，遵守各项规章制度，尊重带教老师，团结同事。" * 17


@pytest.fixture(scope="module")
async def printer() -> AsyncIterator[Printer]:
    """One printer for the module; starting it proves the fonts."""
    printing = Printer(TEMPLATES)
    await printing.start()
    yield printing
    await printing.stop()


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without white space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"[\s\u200b]", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def misplaced(pdf: bytes) -> list[str]:
    """Characters outside the margins, or printed over others."""
    document = pypdfium2.PdfDocument(pdf)
    wrong: list[str] = []
    try:
        for page in document:
            text = page.get_textpage()
            boxes = [(text.get_charbox(at), text.get_text_range(at, 1)) for at in range(text.count_chars())]
            drawn = [(box, char) for box, char in boxes if char.strip("\u200b\ufffe \r\n") and box[2] > box[0]]
            inner = (_MARGIN_MM * _POINTS_PER_MM, page.get_width() - _MARGIN_MM * _POINTS_PER_MM)
            wrong += [char for box, char in drawn if box[0] < inner[0] or box[2] > inner[1] or box[1] < 0]
            wrong += _over_others(drawn)
    finally:
        document.close()
    return wrong


def _over_others(drawn: list[tuple[tuple[float, float, float, float], str]]) -> list[str]:
    ordered = sorted(drawn)
    found: list[str] = []
    for at, (box, char) in enumerate(ordered):
        for other, beside in ordered[at + 1 :]:
            if other[0] >= box[2]:
                break
            width = min(box[2], other[2]) - other[0]
            height = min(box[3], other[3]) - max(box[1], other[1])
            smaller = min((one[2] - one[0]) * (one[3] - one[1]) for one in (box, other))
            if height > 0 and width * height > 0.3 * smaller:
                found.append(char + beside)
    return found


def _of_long_texts() -> CertificateDocument:
    name = (
        "湖北省虚构市中西医结合与民族医药协同创新第一附属人民医院暨国家级住院医师规范化培训基地（江南、江北、新城院区）"
    )
    rotation = replace(
        samples.rotation("心血管内科重症监护病房与介入诊疗中心", LONG[:600]),
        supervisor_name="欧阳带教、司马带教、诸葛带教",
        supervisor_practising_certificate_no="110420106000123、110420106000124、110420106000125",
        opinion=LONG[:600],
    )
    return replace(
        samples.certificate(),
        name="阿卜杜热依木·买买提艾力·吐尔逊江·阿布都热合曼·伊力哈木",
        institution_name=name,
        institution_address="虚构市示范区" * 20,
        school=name,
        institution_opinion=LONG[:600],
        aspects=EvaluationAspects(*[LONG[:200]] * 5),
        rotations=(rotation,) * 3,
    )


def _in_letters() -> CertificateDocument:
    rotation = samples.rotation(
        "ICU / CCU", "ECG, MRI reading and HIS/EMR documentation under supervision; BLS/ACLS certified"
    )
    return replace(
        samples.certificate(),
        name="Anna-Maria Sample-Müller van der Longfamilyname",
        document_no="P<ABC1234567",
        school="University of Somewhere Far Away, Faculty of Medicine and Health Sciences",
        institution_name="Wuhan Jiangcheng International Hospital & Clinic (Joint Venture) Co., Ltd.",
        institution_opinion="W" * 300,
        rotations=(replace(rotation, supervisor_name="W" * 60, opinion="iW" * 40),),
    )


@pytest.mark.requirement("B10", "V70")
@pytest.mark.parametrize(
    "document",
    [
        samples.certificate(),
        samples.provisional_certificate(),
        samples.practice_certificate(),
        replace(samples.practice_certificate(), work=LONG[:600], institution_opinion=LONG[:600]),
        _of_long_texts(),
        _in_letters(),
    ],
    ids=["usual", "provisional", "practice", "long practice", "long texts", "letters"],
)
async def test_nothing_is_cut_or_printed_over_something_else(printer: Printer, document: CertificateDocument) -> None:
    """Every character lies inside the margins and none covers another, with texts as long as they may be."""
    assert misplaced(await printer.render(document)) == []


async def test_control_what_leaves_its_place_is_seen(printer: Printer) -> None:
    """A list lies wider on its page than a certificate: the same look finds it outside the certificate's margins; and
    two characters in one place are named."""
    assert misplaced(await printer.render(samples.listed(1))) != []
    assert _over_others([((10, 10, 20, 20), "甲"), ((12, 10, 22, 20), "乙"), ((30, 10, 40, 20), "丙")]) == ["甲乙"]


@pytest.mark.requirement("B10")
async def test_rows_stay_whole_over_pages_under_repeated_heads(printer: Printer) -> None:
    """With many rows each page that has some begins with the heads, and each row's words lie on the page of its
    department; the headings of what follows do not stay behind."""
    content = "常见病的诊断与处理" * 5
    rotations = tuple(samples.rotation(f"科室{number:02d}", content) for number in range(40))
    pages = pages_of(await printer.render(replace(samples.certificate(), rotations=rotations)))
    assert len(pages) >= 4
    for page in pages:
        rows = len(re.findall(r"科室\d\d", page))
        assert page.count("诊断与处理") == rows * 5
        assert page.count("轮转科室") == (1 if rows else 0)
        assert not page.endswith(("考核情况", "试用期工作基本情况"))


@pytest.mark.requirement("B10", "V70")
async def test_rare_and_minority_names_stand_on_every_kind_of_certificate(printer: Printer) -> None:
    """Characters beyond the common fonts and names of several parts are printed as they are, wherever a name stands."""
    for name in ("𠮷䶮㛃", "买买提·吐尔逊江·阿布都热合曼", "𰻝例"):
        rotation = replace(samples.rotation("内科"), supervisor_name=name)
        for form in (replace(samples.certificate(), rotations=(rotation,)), samples.practice_certificate()):
            named = replace(form, name=name, legal_representative=name, responsible_person=name)
            (page,) = pages_of(await printer.render(named))
            assert page.count(name) == (5 if isinstance(form, CertificateDocument) else 4)
            assert "[U+" not in page
