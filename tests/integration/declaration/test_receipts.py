"""The receipt on paper, its public verification, and the sheet to copy from on the national network (A37, C8, P1)."""

import re
from dataclasses import replace

import pypdfium2
import pytest

from services.declaration.use_cases.submitting import verify_receipt
from tests.integration.declaration.forms import ALLOWANCE
from tests.integration.declaration.season import YEAR, Draft, Season, exam_season
from tests.support.printed_codes import code_on
from tests.support.service_under_test import Answer, Serve

VERIFICATION = re.compile(r".*/api/declaration/v1(/receipt-verifications/D\d{4}-\d+\?check=[0-9a-f]{20})$")


def read(answer: Answer) -> tuple[str, str]:
    """The text of a PDF, and what its QR code says."""
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.body
    assert "no-store" in answer.headers["Cache-Control"]
    document = pypdfium2.PdfDocument(answer.body)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        return re.sub(r"[\s\u200b\u2028\ufffe]", "", text), code_on(document[0])
    finally:
        document.close()


def verification_path(address: str) -> str:
    """Below /v1, out of the address of a QR code."""
    found = VERIFICATION.match(address)
    assert found is not None, address
    return found[1]


async def receipt_of(draft: Draft) -> tuple[str, str]:
    """Text and verification path of the current receipt."""
    text, address = read(await draft.person.api.get(f"{draft.path}/receipt"))
    return text, verification_path(address)


async def withdrawn(draft: Draft) -> None:
    """Take a submission back."""
    answer = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    draft.version = answer.body["version"]


@pytest.mark.requirement("A37")
async def test_a_receipt_has_a_number_and_a_code_that_verifies_it(serve: Serve) -> None:
    """One page with number, time and unit, the document number masked; its code leads to a public answer with masked
    data only, as a page for browsers. Nothing is printed before the first submission, nor for others."""
    season = await exam_season(serve)
    draft = await season.draft()
    assert (await draft.person.api.get(f"{draft.path}/receipt")).code == "not_submitted_yet"
    await season.submit(draft)
    text, path = await receipt_of(draft)
    for words in (f"D{YEAR}-000001", "试用期申报回执", season.unit.name, draft.person.name, "2026-12-20", "110临床"):
        assert words in text
    assert draft.person.document_no not in text
    assert (await receipt_of(draft))[0] == text
    assert (await (await season.has_person()).api.get(f"{draft.path}/receipt")).status == 404

    anybody = season.service.anonymous()
    told = await anybody.get(path)
    assert told.status == 200, told.body
    assert (told.body["number"], told.body["stands"], told.body["is_latest"]) == (f"D{YEAR}-000001", True, True)
    assert told.body["institution_name"] == season.unit.name
    for secret in (draft.person.name, draft.person.document_no, draft.id):
        assert secret not in str(told.body)
    page = await anybody.call("GET", path, headers={"Accept": "text/html,*/*;q=0.8"})
    shown = page.body.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    assert "本回执真实有效" in shown
    assert told.body["name_masked"] in shown
    assert draft.person.name not in shown
    assert "script" not in shown
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.requirement("A37")
async def test_a_receipt_that_was_overtaken_says_so(serve: Serve) -> None:
    """Taken back it does not stand; handed in anew the old receipt is genuine and not the latest; the new one is."""
    season = await exam_season(serve)
    draft = await season.submitted()
    _, old = await receipt_of(draft)
    anybody = season.service.anonymous()
    await withdrawn(draft)
    body = (await anybody.get(old)).body
    assert (body["is_latest"], body["stands"]) == (True, False)
    await season.submit(draft)
    _, new = await receipt_of(draft)
    assert old != new
    answers = [(await anybody.get(path)).body for path in (old, new)]
    assert [(one["submission"], one["is_latest"], one["stands"]) for one in answers] == [
        (1, False, False),
        (2, True, True),
    ]
    assert "本回执真实，但" in (await anybody.call("GET", old, headers={"Accept": "text/html"})).body.decode()


@pytest.mark.requirement("A37")
async def test_a_receipt_says_what_was_handed_in(serve: Serve) -> None:
    """What is changed after a submission stands on no paper of it: another choice while it is taken back, and a unit
    that goes by another name, leave the receipt and its verification as they were, until it is handed in anew."""
    season = await exam_season(serve)
    draft = await season.submitted()
    text, path = await receipt_of(draft)
    anybody = season.service.anonymous()
    told = (await anybody.get(path)).body
    await withdrawn(draft)
    wish = {"exam_level": "assistant_physician", "exam_category_code": "210"}
    changed = await draft.person.api.put(f"{draft.path}/choice", wish, version=draft.version)
    assert changed.status == 200, changed.body
    draft.version = changed.body["version"]
    renamed = replace(season.unit, name="江城新名医院")
    await season.institution_is(renamed, version=2)
    assert await receipt_of(draft) == (text, path)
    after = (await anybody.get(path)).body
    assert after == told | {"stands": False}
    assert (await season.submit(draft)).status == 201
    new_text, new_path = await receipt_of(draft)
    assert ("210" in new_text, renamed.name in new_text, "110" in new_text) == (True, True, False)
    old, new = [(await anybody.get(one)).body for one in (path, new_path)]
    assert [(one["exam_level"], one["exam_category_code"], one["institution_name"]) for one in (old, new)] == [
        ("licensed_physician", "110", season.unit.name),
        ("assistant_physician", "210", renamed.name),
    ]


@pytest.mark.requirement("A37")
async def test_receipts_can_not_be_guessed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong check looks like an unknown number, and nobody asks more than a person would; wrong tries count."""
    season = await exam_season(serve)
    draft = await season.submitted()
    _, path = await receipt_of(draft)
    anybody, number = season.service.anonymous(), f"D{YEAR}-000001"
    few = replace(verify_receipt.ASKED, count=4)
    monkeypatch.setattr(verify_receipt, "ASKED", few)
    wrong = await anybody.get(f"/receipt-verifications/{number}?check={'0' * 20}")
    unknown = await anybody.get(f"/receipt-verifications/D{YEAR}-999999?check={'0' * 20}")
    assert (wrong.status, wrong.code) == (unknown.status, unknown.code) == (404, "not_found")
    assert (await anybody.get(f"/receipt-verifications/{number}?check=xyz")).status == 422
    assert [(await anybody.get(path)).status for _ in range(3)] == [200, 200, 429]
    page = await anybody.call("GET", path, headers={"Accept": "text/html"})
    assert (page.status, "重新扫描" in page.body.decode()) == (429, True)
    assert int(page.headers["Retry-After"]) > 0
    season.clock.advance(few.per * 1.01)
    assert (await anybody.get(path)).status == 200


def values_of(sheet: Answer) -> dict[str, str]:
    """English label -> value."""
    assert sheet.status == 200, sheet.body
    assert sheet.headers["Cache-Control"] == "no-store"
    return {one["label"]["en"]: one["value"] for part in sheet.body["sections"] for one in part["entries"]}


async def looks(season: Season) -> int:
    """How often a copy sheet was looked at, by the audit trail."""
    return await season.count("SELECT count(*) FROM audit_entry WHERE action = 'declaration.show_copy_sheet'")


@pytest.mark.requirement("C8", "P1")
async def test_the_sheet_says_what_to_type_on_the_national_network(serve: Serve) -> None:
    """After approval, and not before, the person sees every value as the unit approved it, whole, also on paper; others
    see nothing, each look is audited, and a declaration that was reopened shows no sheet."""
    season = await exam_season(serve)
    draft = await season.submitted()
    path = f"{draft.path}/copy-sheet"
    early = await draft.person.api.get(path)
    assert (early.status, early.code) == (409, "copy_sheet_not_ready")
    await season.decide(draft, "approval")
    values = values_of(await draft.person.api.get(path))
    assert values["Name"] == draft.person.name
    assert values["Document number"] == draft.person.document_no
    assert values["School"] == "江城医科大学"
    assert values["Diploma number"] == "104871202405001234"
    assert (values["Exam category"], values["Exam level"]) == ("110 临床", "执业医师")
    assert values["Institution"] == season.unit.name
    assert (values["Probation from"], values["Months of probation"]) == ("2025-07-01", "18")
    assert values["Ethnic group"] == "汉族"
    text, address = read(await draft.person.api.get(f"{path}/pdf"))
    for value in (draft.person.name, draft.person.document_no, "江城医科大学", "国网报名填报对照表"):
        assert value in text
    assert (await season.service.anonymous().get(verification_path(address))).body["stands"] is True
    assert await looks(season) == 2
    other = await season.has_person()
    assert [(await other.api.get(one)).status for one in (path, f"{path}/pdf")] == [404, 404]
    assert (await season.reviewer().get(path)).status == 403
    await season.decide(draft, "modification-allowance", ALLOWANCE)
    assert (await draft.person.api.get(f"{path}/pdf")).code == "copy_sheet_not_ready"
    assert await looks(season) == 2
