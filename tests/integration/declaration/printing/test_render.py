"""Documents are set, read back equal, and printing survives hostile input, broken fonts and its own child's death."""

import asyncio
import io
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from pikepdf import Dictionary, Name, Pdf

from services.declaration.printing import TEMPLATES
from services.declaration.printing.qualified_list import ListLine
from services.declaration.printing.read_back import PrintedList, read_back
from shared.printing.errors import FontsMissing, PrinterUnavailable, PrintTimedOut
from shared.printing.render import Printer
from shared.uploads.inspect import Inspector
from shared.uploads.kinds import DOCUMENTS
from tests.unit.declaration.printing import samples

FONTS = Path("/usr/share/fonts/opentype/noto")


@pytest.fixture(scope="module")
async def printer() -> AsyncIterator[Printer]:
    """One printer for the module; starting it proves the fonts."""
    printing = Printer(TEMPLATES)
    await printing.start()
    yield printing
    await printing.stop()


def text_of(pdf: bytes) -> str:
    """All text of the document without white space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return re.sub(r"[\s\u200b]", "", "".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


@pytest.mark.requirement("B13")
@pytest.mark.parametrize("count", [1, 20, 57, 130])
async def test_the_lines_on_paper_are_the_lines_that_were_frozen(printer: Printer, count: int) -> None:
    """Every cell of every line comes back from the PDF as it went in, over all page breaks, rare names included."""
    document = samples.listed(count)
    printed = read_back(await printer.render(document))
    assert printed.lines == document.content.lines


@pytest.mark.requirement("B13")
async def test_control_a_changed_line_is_seen_in_the_reading(printer: Printer) -> None:
    """Reading back compares: a print of other lines does not read equal."""
    printed = read_back(await printer.render(samples.listed(20)))
    assert printed.lines != samples.content(19).lines
    assert printed.lines != samples.content(20, names=("李另人",)).lines


@pytest.mark.requirement("B13")
async def test_every_page_bears_number_hash_and_page(printer: Printer) -> None:
    """No page can be taken out or swapped unseen."""
    document = samples.listed(57)
    printed = read_back(await printer.render(document))
    assert len(printed.heads) >= 3
    for page, head in enumerate(printed.heads, start=1):
        assert (head.list_number, head.version) == ("QL2027-4201-000012", 1)
        assert head.content_hash == document.content_hash
        assert (head.page, head.pages) == (page, len(printed.heads))


@pytest.mark.requirement("B16")
async def test_the_last_page_says_who_answers_and_which_seal_counts(printer: Printer) -> None:
    """Responsible person, deciding account, the declaration and the rule about the seal are printed."""
    shown = text_of(await printer.render(samples.listed(3)))
    for words in (
        "陈负责",
        "yw0421（刘审核）",
        "谁试用、谁采集、谁负责",
        "须加盖本机构公章",
        "医务科",
        "（机构公章）",
        "年月日",
    ):
        assert words in shown, words


async def test_a_nil_return_is_a_document_too(printer: Printer) -> None:
    """An institution with nobody prints a page that says so, with everything needed to file it."""
    pdf = await printer.render(samples.listed(0))
    printed = read_back(pdf)
    assert printed.lines == ()
    assert len(printed.heads) == 1
    assert "零报告" in text_of(pdf)


async def test_each_kind_says_what_it_is(printer: Printer) -> None:
    """A cancellation can not be taken for a main list, nor a supplement for either."""
    main = text_of(await printer.render(samples.listed(2)))
    supplement = text_of(await printer.render(samples.listed(2, kind="supplementary")))
    cancellation = text_of(await printer.render(samples.listed(2, kind="cancellation")))
    assert "撤销" not in main + supplement
    assert "补充名单" in supplement
    assert "补充名单" not in main + cancellation
    assert "合格人员撤销名单" in cancellation
    assert "从已备案名单中撤销" in cancellation


@pytest.mark.requirement("V70")
async def test_markup_in_a_name_stays_text(printer: Printer) -> None:
    """Commands, references, imports and file reads in names are printed letter by letter and do nothing."""
    names = (
        "#set page(fill: red)",
        '#import "@preview/cetz:0.1.0"',
        '#read("/etc/passwd")',
        "*粗* _斜_ $x^2$ `raw` // 注",
        "<label> @reference",
        "= 标题",
        "- 列表",
        "#panic()",
        "\\ \\u{41} ~ --- '\"",
    )
    document = samples.listed(len(names), names=names)
    printed = read_back(await printer.render(document))
    assert [line.name for line in printed.lines] == list(names)


@pytest.mark.requirement("V70")
async def test_hostile_names_keep_to_their_cell(printer: Printer) -> None:
    """Bidi marks, piled marks, controls, lone surrogates, private characters and 200 letters leave the other cells as
    they were."""
    names = ("张\u202e三\u202c", "z" + "\u0301" * 50, "\x00\x07", "\ud800", "\ue000", "A" * 200, "王" * 200, "\u2066x")
    document = samples.listed(len(names), names=names)
    printed = read_back(await printer.render(document))
    assert [_without_name(line) for line in printed.lines] == [_without_name(line) for line in document.content.lines]
    assert printed.lines[0].name == "张[U+202E]三[U+202C]"
    assert printed.lines[5].name == "A" * 200
    assert printed.lines[6].name == "王" * 200


def _without_name(line: ListLine) -> ListLine:
    return replace(line, name="")


@pytest.mark.requirement("V70")
async def test_rare_characters_are_drawn_and_missing_ones_named(printer: Printer) -> None:
    """Characters that few fonts hold are set; one that none holds is printed as its code point, never as a box."""
    names = ("𠮷", "䶮", "𫟼", "㼆", "𬱖", "𰻝", "\U000323af")
    printed = read_back(await printer.render(samples.listed(len(names), names=names)))
    assert [line.name for line in printed.lines] == [*names[:-1], "[U+323AF]"]


@pytest.mark.requirement("V70")
async def test_equal_input_gives_equal_bytes_in_any_process(printer: Printer, tmp_path: Path) -> None:
    """Two processes that know nothing of each other set the same bytes; a second later in the input changes them."""
    program = (
        "import asyncio, sys\n"
        "from services.declaration.printing import TEMPLATES\n"
        "from shared.printing.render import Printer\n"
        "from tests.unit.declaration.printing import samples\n"
        "async def main():\n"
        "    printer = Printer(TEMPLATES)\n"
        "    for document in (samples.listed(31), samples.certificate(), samples.practice_certificate()):\n"
        "        sys.stdout.buffer.write(await printer.render(document))\n"
        "    await printer.stop()\n"
        "asyncio.run(main())\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    elsewhere = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, check=True, env=environment, cwd=tmp_path
    )
    documents = (samples.listed(31), samples.certificate(), samples.practice_certificate())
    here = b"".join([await printer.render(one) for one in documents])
    assert elsewhere.stdout == here
    later = replace(samples.listed(31), generated_at=samples.GENERATED + timedelta(minutes=1))
    assert await printer.render(later) != await printer.render(samples.listed(31))


async def test_the_certificate_shows_every_field(printer: Printer) -> None:
    """All that the form asks for is on it, the number and the signature places too."""
    certificate = samples.certificate()
    shown = text_of(await printer.render(certificate))
    for words in (
        certificate.certificate_no, certificate.name, certificate.document_no, certificate.school, certificate.major,
        "土家族", "2001-03-09", "执业医师", "110临床", certificate.institution_name, certificate.institution_phone,
        certificate.institution_registration_no, "2025年8月至2026年8月", "13个月",
        "心血管内科", "普通外科", "急诊科",
        "周带教", "110420106000123", "能够独立完成基本操作", "优秀", "考核结果合格", "王法定",
        "2027年1月10日", "当年有效",
        "医师资格考试试用期考核证明", "（机构公章）", "陈负责", "yw0421（刘审核）",
    ):  # fmt: skip
        assert words in shown, words


async def test_a_fresh_graduate_gets_the_provisional_form(printer: Printer) -> None:
    """It bears another title and the day on which it lapses, and never the word qualified as a result."""
    shown = text_of(await printer.render(samples.provisional_certificate()))
    assert "医师资格考试试用期证明" in shown
    assert "2027年8月31日前" in shown
    assert "考核结果合格" not in shown


async def test_a_certificate_with_many_long_rotations_goes_on_overleaf(printer: Printer) -> None:
    """Thirty rotations with 600 characters each are all printed; an empty list of rotations prints as well."""
    rotations = tuple(samples.rotation(f"科室{number:02d}", "查房" * 300) for number in range(30))
    shown = text_of(await printer.render(replace(samples.certificate(), rotations=rotations)))
    assert all(f"科室{number:02d}" in shown for number in range(30))
    assert shown.count("房") == 30 * 300
    assert "无轮转记录" in text_of(await printer.render(replace(samples.certificate(), rotations=())))


async def test_prints_are_archive_files_that_do_nothing(printer: Printer) -> None:
    """PDF/A with every font inside, no script or link, and our own upload check lets the print in again."""
    pdf = await printer.render(samples.listed(30))
    with Pdf.open(io.BytesIO(pdf)) as document:
        fonts = [node for node in document.objects if isinstance(node, Dictionary) and Name.FontDescriptor in node]
        assert fonts
        assert all("/FontFile3" in font.FontDescriptor or "/FontFile2" in font.FontDescriptor for font in fonts)
        assert document.open_metadata().pdfa_status == "2U"
        assert Name.OpenAction not in document.Root
    inspector = Inspector(wall_seconds=20)
    again = await inspector.inspect(pdf, accept=DOCUMENTS, declared_type="application/pdf", file_name="list.pdf")
    await inspector.stop()
    assert _lines(again.data) == _lines(pdf)


def _lines(pdf: bytes) -> PrintedList:
    return read_back(pdf)


async def test_without_a_chinese_font_the_printer_says_so_at_its_start(tmp_path: Path) -> None:
    """The refusal names the fonts; with one of them in the given folder the same printer starts."""
    bare = Printer(TEMPLATES, font_directories=[tmp_path], system_fonts=False)
    with pytest.raises(FontsMissing, match="print_fonts_missing") as refused:
        await bare.start()
    assert "Noto" in refused.value.sentence("zh")
    given = Printer(TEMPLATES, font_directories=[FONTS], system_fonts=False)
    await given.start()
    assert read_back(await given.render(samples.listed(3))).lines == samples.content(3).lines
    await given.stop()


async def test_broken_fonts_beside_a_good_one_do_no_harm(tmp_path: Path) -> None:
    """Noise, an empty file and a font cut off in the middle are passed over."""
    (tmp_path / "noise.ttf").write_bytes(os.urandom(5000))
    (tmp_path / "empty.otf").write_bytes(b"")
    whole = (FONTS / "NotoSansCJK-Bold.ttc").read_bytes()
    (tmp_path / "cut.ttc").write_bytes(whole[: len(whole) // 3])
    broken = Printer(TEMPLATES, font_directories=[tmp_path])
    await broken.start()
    assert read_back(await broken.render(samples.listed(12))).lines == samples.content(12).lines
    await broken.stop()


async def test_a_print_that_takes_too_long_is_ended(printer: Printer) -> None:
    """Past its wall time a print is refused as such and its process is gone; with time it is set."""
    hurried = Printer(TEMPLATES, wall_seconds=0.2)
    await hurried.start()
    (pid,) = hurried.pids
    with pytest.raises(PrintTimedOut):
        await hurried.render(samples.listed(1500))
    assert not Path(f"/proc/{pid}").exists()
    await hurried.stop()
    assert len(read_back(await printer.render(samples.listed(1500))).lines) == 1500


async def test_a_killed_child_costs_one_print() -> None:
    """The child dies in the middle: that print may be repeated, and the repetition works."""
    printing = Printer(TEMPLATES)
    await printing.start()
    (pid,) = printing.pids
    task = asyncio.create_task(printing.render(samples.listed(1000)))
    await asyncio.sleep(0.2)
    os.kill(pid, 9)
    with pytest.raises(PrinterUnavailable):
        await task
    assert len(read_back(await printing.render(samples.listed(2))).lines) == 2
    await printing.stop()
