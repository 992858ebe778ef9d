"""What somebody who scans the code of a certificate is told, and what to do when it is no good (B10)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.declaration.use_cases.evaluating import verify_certificate
from shared.clock import SHANGHAI
from shared.masking import mask_document_no, mask_name
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.service_under_test import Answer, Serve

WHY = {"reason_code": "certificate_false", "text": "带教记录系补写，现予作废。"}


async def certified(year: Year) -> tuple[Declared, dict[str, Any], str]:
    """Somebody with a certificate, and the path of its verification."""
    someone = await year.declare()
    evaluation = await year.certify(await year.evaluate(someone))
    return someone, evaluation, await path_of(year, evaluation)


async def path_of(year: Year, evaluation: dict[str, Any]) -> str:
    """What stands in the QR code, below /v1."""
    async with year.service.database.read() as reader:
        check = await reader.fetchval("SELECT certificate_check FROM evaluation WHERE id = $1::uuid", evaluation["id"])
    return f"/certificate-verifications/{evaluation['certificate_no']}?check={check}"


async def page_of(year: Year, path: str, language: str = "zh-CN") -> Answer:
    """As the browser of a phone gets it."""
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    return await year.service.anonymous().call("GET", path, headers=headers)


async def standing_of(year: Year, path: str) -> tuple[str, bool]:
    """As a program gets it."""
    told = await year.service.anonymous().get(path)
    assert told.status == 200, told.body
    return told.body["standing"], told.body["valid"]


async def says(year: Year, path: str, zh: tuple[str, ...], en: tuple[str, ...]) -> None:
    """Both pages say these words, and neither names anybody or runs anything."""
    for language, expected in (("zh-CN", zh), ("en", en)):
        page = await page_of(year, path, language)
        shown = page.body.decode()
        assert page.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert [words for words in expected if words not in shown] == []
        assert "script" not in shown
        assert 'name="viewport"' in shown


@pytest.mark.requirement("B10")
async def test_a_valid_certificate_says_so_and_names_nobody(serve: Serve) -> None:
    """The page shows number, year, unit and masked holder; name and document number are not in it."""
    year = await exam_year(serve)
    someone, evaluation, path = await certified(year)
    assert await standing_of(year, path) == ("valid", True)
    masked = (mask_name(someone.name), mask_document_no(someone.document_no), evaluation["certificate_no"])
    await says(year, path, ("本证明真实有效", "江城试验医院", *masked), ("genuine and valid", "Licensed", *masked))
    page = (await page_of(year, path)).body.decode()
    assert someone.name not in page
    assert someone.document_no not in page


@pytest.mark.requirement("B10")
async def test_a_voided_certificate_says_what_to_do(serve: Serve) -> None:
    """Voided by the exam body the paper is no good, and both readers hear what comes next; the reason is not public.
    The certificate that is issued after a new submission is the one to ask for."""
    year = await exam_year(serve)
    someone, evaluation, path = await certified(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed' WHERE id = $1", someone.id)
    voiding = f"/evaluations/{evaluation['id']}/filed-voiding"
    voided = await year.point.post(voiding, WHY | {"outcome": "reopened"}, version=evaluation["version"])
    assert voided.status == 200, voided.body
    assert await standing_of(year, path) == ("voided", False)
    await says(
        year, path, ("已作废", "查看作废原因", "请勿采用"), ("was voided", "hand it in anew", "should not accept")
    )
    assert WHY["text"] not in (await page_of(year, path)).body.decode()
    await year.resubmit(someone)
    newer = await year.certify(await year.evaluate(someone))
    assert newer["certificate_no"] != evaluation["certificate_no"]
    assert await standing_of(year, path) == ("superseded", False)
    assert await standing_of(year, await path_of(year, newer)) == ("valid", True)
    await says(year, path, ("已被新核发的证明取代", "最新核发的证明"), ("replaced by a newer one", "newer certificate"))
    assert newer["certificate_no"] not in (await page_of(year, path)).body.decode()


@pytest.mark.requirement("B10", "P11")
async def test_a_certificate_lapses_with_its_year(serve: Serve) -> None:
    """To the last moment of its year in Shanghai it is valid, then it has lapsed and says to declare anew; a
    declaration that lapsed takes its certificate along, one that is revoked voids it."""
    year = await exam_year(serve)
    someone, _, path = await certified(year)
    other, _, other_path = await certified(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'revoked' WHERE id = $1", someone.id)
        await tx.execute("UPDATE declaration SET state = 'lapsed' WHERE id = $1", other.id)
    assert await standing_of(year, path) == ("voided", False)
    assert await standing_of(year, other_path) == ("lapsed", False)
    _, _, path = await certified(year)
    year.clock.advance(datetime(2028, 1, 1, tzinfo=SHANGHAI) - timedelta(seconds=1) - year.clock.now())
    assert await standing_of(year, path) == ("valid", True)
    year.clock.advance(timedelta(seconds=1))
    assert await standing_of(year, path) == ("lapsed", False)
    await says(year, path, ("已失效", "重新申报"), ("has lapsed", "declare anew"))


@pytest.mark.requirement("B10")
async def test_the_page_says_what_the_paper_says(serve: Serve) -> None:
    """A unit of another name, and a declaration that is changed later, change nothing of what was certified."""
    year = await exam_year(serve)
    someone, _, path = await certified(year)
    before = (await year.service.anonymous().get(path)).body
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE known_institution SET name = '江城新名医院'")
        await tx.execute(
            "UPDATE declaration SET institution_name = '江城新名医院', exam_category_code = '120' WHERE id = $1",
            someone.id,
        )
    assert (await year.service.anonymous().get(path)).body == before


@pytest.mark.requirement("B10")
async def test_unknown_papers_look_alike_and_nobody_asks_without_end(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong check and an unknown number are the same 404, as a page too; wrong questions count, and past the limit of
    an address there is no answer until its time is over: a phone shows when that is."""
    year = await exam_year(serve)
    _, evaluation, path = await certified(year)
    few = replace(verify_certificate.ASKED, count=5)
    monkeypatch.setattr(verify_certificate, "ASKED", few)
    number = evaluation["certificate_no"]
    anybody = year.service.anonymous()
    wrong = await anybody.get(f"/certificate-verifications/{number}?check={'0' * 16}")
    unknown = await anybody.get(f"/certificate-verifications/PC2027-4201-999999?check={'0' * 16}")
    assert (wrong.status, wrong.code) == (unknown.status, unknown.code) == (404, "not_found")
    pages = [
        await page_of(year, f"/certificate-verifications/{one}?check={'0' * 16}")
        for one in (number, "PC2027-4201-999999")
    ]
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].body == pages[1].body
    assert "未查到该证明" in pages[0].body.decode()
    assert [(await anybody.get(path)).status for _ in range(2)] == [200, 429]
    for language, said in (("zh-CN", ("10 分钟后", "重新扫描")), ("en", ("in 10 minutes", "Scan the code again"))):
        page = await page_of(year, path, language)
        assert (page.status, page.headers["Content-Type"].split(";")[0]) == (429, "text/html"), page.body
        assert 540 < int(page.headers["Retry-After"]) <= 600
        assert [words for words in said if words not in page.body.decode()] == []
        assert evaluation["certificate_no"] not in page.body.decode()
    year.clock.advance(few.per * 1.01)
    assert (await anybody.get(path)).status == 200
