"""The sealed paper comes back as a PDF or as photographs, and is matched with its list page by page (4.7, P7)."""

import io
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFilter

from services.declaration.domain.list_pages import page_check
from services.declaration.domain.seal_checklist import ITEMS
from tests.integration.declaration.filing.paper import CONFIRMED, fake_print, generate, open_draft, printed, upload
from tests.integration.declaration.filing.year import Year, exam_year
from tests.support.service_under_test import Serve


def photographed(pdf: bytes, page: int, turned: float) -> bytes:
    """A page as a telephone takes it: turned, from aside, with a shadow, grain and blur; a grey JPEG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        flat = document[page - 1].render(scale=3.4, grayscale=True).to_pil()
    finally:
        document.close()
    desk = 85
    pixels = np.asarray(flat.rotate(turned, expand=True, fillcolor=desk, resample=Image.Resampling.BILINEAR))
    height, width = pixels.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = [[width * 0.03, height * 0.015], [-width * 0.01, 0], [0, 0], [0, -height * 0.03]]
    turn = cv2.getPerspectiveTransform(corners, corners + np.array(shift, np.float32))
    seen = cv2.warpPerspective(pixels, turn, (width, height), borderValue=desk)
    dim = seen * np.linspace(1.0, 0.65, width, dtype=np.float32)
    grain = np.random.default_rng(page).standard_normal((height, width), np.float32) * 7
    picture = Image.fromarray((dim + grain).clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.9))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def sheets(pdf: bytes, *pages: int) -> bytes:
    """Those pages of a print, in that order."""
    source, chosen = pikepdf.Pdf.open(io.BytesIO(pdf)), pikepdf.Pdf.new()
    for page in pages:
        chosen.pages.append(source.pages[page - 1])
    out = io.BytesIO()
    chosen.save(out)
    return out.getvalue()


async def _on_paper(year: Year, people: int) -> tuple[bytes, dict[str, Any]]:
    await year.many(people)
    return await printed(year, await generate(year, await open_draft(year)))


@pytest.mark.requirement("B13", "P7")
async def test_photographs_of_all_pages_make_a_scan(serve: Serve) -> None:
    """Turned, shaded, grainy photographs in any order are told apart by the code of each page; what is missing is named
    until the last one is there."""
    year = await exam_year(serve)
    pdf, step = await _on_paper(year, 40)
    detail = f"/qualified-lists/{step['id']}"
    assert (await year.unit.get(detail)).body["scan"] == {"pages": 3, "missing": [1, 2, 3], "files": []}
    for page, turned in ((3, 4.0), (1, 180.0)):
        answer = await upload(year, step["id"], photographed(pdf, page, turned), "image/jpeg")
        assert (answer.status, answer.body["pages"]) == (201, [page]), answer.body
    early = await year.unit.put(f"{detail}/sealed-scan", CONFIRMED, version=step["version"])
    assert (early.code, early.body["title"]) == (
        "scan_incomplete",
        "名单共 3 页，还缺第 2 页的扫描件，请补充上传后再确认盖章。",
    )
    assert (await upload(year, step["id"], photographed(pdf, 2, 90.0), "image/jpeg")).status == 201
    done = await year.unit.put(f"{detail}/sealed-scan", CONFIRMED, version=step["version"])
    assert (done.status, done.body["state"]) == (200, "sealed_uploaded")


@pytest.mark.requirement("B13", "P7")
async def test_every_sheet_that_does_not_belong_is_named(serve: Serve) -> None:
    """A page of another list, of an earlier print, twice the same, in the wrong order, or without a code: each is named
    by its place in the file, nothing of that file is kept, and a right file is taken afterwards."""
    year = await exam_year(serve)
    pdf, step = await _on_paper(year, 40)
    discarded = await year.unit.post(f"/qualified-lists/{step['id']}/discard", version=step["version"])
    assert discarded.status == 200
    again, step = await printed(year, await generate(year, await open_draft(year)))
    blank = pikepdf.Pdf.new()
    blank.add_blank_page(page_size=(842, 595))
    empty = io.BytesIO()
    blank.save(empty)
    cases = {
        "foreign": (sheets(pdf, 2), "第 1 张属于另一份名单 QL2027-4201-000001 的第 2 页，请取出"),
        "doubled": (sheets(again, 1, 2, 2), "第 3 张是第 2 页，该页已经上传过，请删除重复的一份"),
        "order": (sheets(again, 2, 1), "第 2 张是第 1 页，顺序不对，请按页码从小到大重新扫描"),
        "unreadable": (empty.getvalue(), "第 1 张未识别到右上角的本页二维码"),
    }
    for name, (file, words) in cases.items():
        refused = await upload(year, step["id"], file)
        assert (refused.status, refused.code) == (422, "scan_does_not_match"), name
        assert words in refused.body["title"], name
    shown = (await year.unit.get(f"/qualified-lists/{step['id']}")).body["scan"]
    assert shown["files"] == []
    assert (await upload(year, step["id"], sheets(again, 1, 2, 3))).body["pages"] == [1, 2, 3]
    twice = await upload(year, step["id"], sheets(again, 3))
    assert twice.code == "scan_does_not_match"


@pytest.mark.requirement("P7")
async def test_the_seal_is_confirmed_point_by_point_and_shown_to_the_exam_body(serve: Serve) -> None:
    """Each open point is named with what to do; what was confirmed is stored with account and time, audited, shown to
    the exam body, and falls when a page is replaced."""
    year = await exam_year(serve)
    pdf, step = await _on_paper(year, 1)
    path = f"/qualified-lists/{step['id']}"
    early = await year.unit.put(f"{path}/sealed-scan", CONFIRMED, version=step["version"])
    assert early.code == "scan_incomplete"
    file = (await upload(year, step["id"], pdf)).body
    some = {"confirmed": [item for item in ITEMS if item not in ("no_department_seal", "dated")]}
    refused = await year.unit.put(f"{path}/sealed-scan", some, version=step["version"])
    assert (refused.status, refused.code) == (422, "seal_not_confirmed")
    assert "未使用医务科、科教科、人事科等部门印章" in refused.body["title"]
    assert "已填写签章日期" in refused.body["title"]
    assert "法定名称圆形公章" not in refused.body["title"]
    done = await year.unit.put(f"{path}/sealed-scan", CONFIRMED, version=step["version"])
    stale = await year.unit.call("DELETE", f"{path}/scan-files/{file['id']}", version=step["version"])
    assert (stale.status, stale.code) == (409, "stale_version")
    removed = await year.unit.call("DELETE", f"{path}/scan-files/{file['id']}", version=done.body["version"])
    assert (removed.status, removed.body["version"]) == (200, done.body["version"] + 1)
    unconfirmed = await year.unit.post(f"{path}/submission", version=removed.body["version"])
    assert unconfirmed.code == "seal_not_confirmed"
    assert (await upload(year, step["id"], pdf)).status == 201
    again = await year.unit.put(f"{path}/sealed-scan", CONFIRMED, version=removed.body["version"])
    assert (await year.unit.post(f"{path}/submission", version=again.body["version"])).status == 200
    checks = (await year.point.get(f"/filings/{step['id']}")).body["seal_checks"]
    assert [one["item"] for one in checks] == list(ITEMS)
    assert {one["confirmed_by"] for one in checks} != {None}
    assert all(one["label_zh"] and one["label_en"] and one["confirmed_at"] for one in checks)
    async with year.service.database.read() as reader:
        audited = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'qualified_list.upload_seal'")
    assert audited == 2


@pytest.mark.requirement("B10", "P7")
async def test_anybody_can_check_a_page(serve: Serve) -> None:
    """The code of a page is known as its own, and not as that of another page."""
    year = await exam_year(serve)
    _, step = await _on_paper(year, 1)
    content_hash = (await year.unit.get(f"/qualified-lists/{step['id']}")).body["content_hash"]
    anybody, check = year.service.anonymous(), page_check(content_hash, 1)
    answers = [(await anybody.get(f"/verifications/{step['number']}?page={n}&check={check}")).body for n in (1, 2)]
    assert [(one["authentic"], one["pages"]) for one in answers] == [(True, 1), (False, 1)]
    beyond = page_check(content_hash, 2)
    assert (await anybody.get(f"/verifications/{step['number']}?page=2&check={beyond}")).body["authentic"] is False


@pytest.mark.requirement("B13", "P7")
async def test_a_list_whose_pages_bear_no_codes_is_not_handed_in(serve: Serve) -> None:
    """A scan that came before pages bore codes was matched with nothing and confirmed by nobody: it is not enough."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    frozen = await generate(year, await open_draft(year))
    await fake_print(year, UUID(frozen["id"]))
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE qualified_list SET page_count = NULL")
    refused = await year.unit.post(f"/qualified-lists/{frozen['id']}/submission", version=frozen["version"])
    assert (refused.status, refused.code) == (409, "list_pages_without_codes")
