"""The search by name that comes before binding (A20, P3, P4)."""

import pytest

from services.institution.storage import institution_aliases
from shared.web.cursors import encode_cursor
from tests.integration.institution.library import Library
from tests.support.service_under_test import Caller


async def names(library: Library, query: str) -> list[str]:
    """Names found, best first."""
    answer = await library.service.caller("candidate").get(f"/institution-search?{query}")
    assert answer.status == 200, answer.body
    return [item["name"] for item in answer.body["items"]]


@pytest.mark.requirement("A20")
async def test_any_two_characters_find_an_institution(library: Library) -> None:
    """A part of a name finds it, exact and beginning matches first; width, case and blanks do not matter."""
    for name in ("虚构医院", "东虚构医院", "虚构医院（分院B）", "无关诊所"):
        await library.issue(name=name)
    assert await names(library, "q=虚构医院") == ["虚构医院", "虚构医院（分院B）", "东虚构医院"]
    assert await names(library, "q=分 院b)") == ["虚构医院（分院B）"]
    assert await names(library, "q=诊所") == ["无关诊所"]
    assert await names(library, "q=%25_") == []


@pytest.mark.requirement("A20")
@pytest.mark.requirement("P4")
async def test_nothing_found_explains_what_to_do(library: Library) -> None:
    """An empty result says how a unit is registered, and names the area's exam body, in the caller's language."""
    caller = library.service.caller("candidate")
    empty = (await caller.get("/institution-search?q=不存在的单位&division=420102")).body
    assert empty["items"] == []
    assert "登记" in empty["nothing_found"]["explanation"]
    assert empty["nothing_found"]["exam_body_name"] == "湖北考区"
    assert empty["nothing_found"]["next_step"] == "register_institution"
    english = await caller.call("GET", "/institution-search?q=不存在", headers={"Accept-Language": "en"})
    assert "registers" in english.body["nothing_found"]["explanation"]


@pytest.mark.requirement("P4")
async def test_who_finds_nothing_is_told_where_to_ring(library: Library) -> None:
    """The telephone of the area's exam body, or of the nearest one above that has one; bodies set their own and those
    below, never one beside or above."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420200"])
    site, caller = library.staff("site_admin", site_id), library.service.caller("candidate")

    async def shown() -> object:
        empty = await caller.get("/institution-search?q=不存在的单位&division=420102")
        assert empty.body["nothing_found"]["exam_body_id"] == str(site_id)
        return empty.body["nothing_found"]["exam_body_phone"]

    async def publish(by: Caller, body_id: object, phone: str) -> int:
        return (await by.call("PUT", f"/exam-bodies/{body_id}/enquiry-phone", {"phone": phone})).status

    assert await shown() is None
    assert await publish(library.zone, library.zone_id, "027-12345678") == 200
    assert await shown() == "027-12345678"
    assert await publish(site, site_id, "027-87654321") == 200
    assert await shown() == "027-87654321"
    assert await publish(library.zone, site_id, "0270000000x") == 422
    assert await publish(site, library.zone_id, "027-11111111") == 404
    assert await publish(library.staff("site_admin", other_id), site_id, "027-11111111") == 404
    assert await shown() == "027-87654321"


async def test_a_division_narrows_the_search(library: Library) -> None:
    """County, prefecture and province codes narrow down to what lies inside."""
    await library.issue(name="虚构甲医院", division_code="420102")
    await library.issue(name="虚构乙医院", division_code="420302")
    assert await names(library, "q=虚构&division=420100") == ["虚构甲医院"]
    assert await names(library, "q=虚构&division=420302") == ["虚构乙医院"]
    assert len(await names(library, "q=虚构&division=420000")) == 2


@pytest.mark.requirement("P3")
async def test_a_former_name_leads_to_the_institution(library: Library) -> None:
    """Who types a former name is shown the institution with the name that was met (P3)."""
    hospital = await library.issued(name="虚构新名医院")
    async with library.service.database.transaction() as tx:
        await institution_aliases.insert(tx, hospital.id, "former", "古早职工医院", library.clock.now())
    answer = await library.service.caller("candidate").get("/institution-search?q=职工")
    (found,) = answer.body["items"]
    assert (found["name"], found["former_names"]) == ("虚构新名医院", ["古早职工医院"])
    assert found["matched"] == {"kind": "former", "name": "古早职工医院", "by_sound": False}
    assert found["area"] == "湖北省武汉市江岸区"
    (by_sound,) = (await library.service.caller("candidate").get("/institution-search?q=gzzgyy")).body["items"]
    assert by_sound["matched"] == {"kind": "former", "name": "古早职工医院", "by_sound": True}


async def test_licence_numbers_are_shown_masked(library: Library) -> None:
    """Enough of the licence number to compare, not the whole."""
    await library.issue(name="虚构丙医院", registration_no="PDY12345642010211A1001")
    answer = await library.service.caller("candidate").get("/institution-search?q=虚构丙")
    assert answer.body["items"][0]["registration_no_masked"] == "PDY123************1001"


async def test_pages_follow_each_other_and_forged_positions_are_refused(library: Library) -> None:
    """The next page begins behind the last hit; what no page gave out is no position."""
    for number in range(5):
        await library.issue(name=f"虚构{number}医院")
    caller = library.service.caller("candidate")
    first = (await caller.get("/institution-search?q=虚构&limit=3")).body
    second = (await caller.get(f"/institution-search?q=虚构&limit=3&cursor={first['next_cursor']}")).body
    shown = [item["name"] for item in (*first["items"], *second["items"])]
    assert (shown, second["next_cursor"]) == ([f"虚构{number}医院" for number in range(5)], None)
    assert second["nothing_found"] is None
    for values in (
        (1, 1, 10**9, "医院", 1),
        (9, 0, 1, "医院", 1),
        (1, 1, 9, "a", 2**40),
        (1, 1, 9, "a\x00", 1),
        (1, 1, 0, "医", 1),
    ):
        answer = await caller.get(f"/institution-search?q=虚构&cursor={encode_cursor(*values)}")
        assert (answer.status, answer.body["code"]) == (422, "cursor_invalid"), values


@pytest.mark.requirement("A20")
async def test_the_order_is_exact_beginning_word_elsewhere(library: Library) -> None:
    """Exact first, then the beginning of the name, of a word, elsewhere; short before long; pinyin finds the same."""
    for name in ("武汉协和东湖院", "协和", "北武协和院", "协和分院", "协和南院区"):
        await library.issue(name=name)
    ordered = ["协和", "协和分院", "协和南院区", "武汉协和东湖院", "北武协和院"]
    assert await names(library, "q=协和") == ordered
    assert await names(library, "q=xiehe") == ordered[:4]
    assert await names(library, "q=xh") == ordered[:4]
    assert await names(library, "q=whxh") == ["武汉协和东湖院"]


@pytest.mark.requirement("A20")
async def test_usual_readings_and_figures(library: Library) -> None:
    """重庆, 长沙, 厦门 and 银行 are typed as people say them; 第一 and 第1 are the same."""
    said = {
        "chongqing": "重庆大厦医院",
        "changsha": "长沙诊所",
        "xiamen": "厦门第一医院",
        "ygyy": "阳光医院",
        "yinhang": "银行医务室",
    }
    for name in said.values():
        await library.issue(name=name)
    for typed, name in said.items():
        assert await names(library, f"q={typed}") == [name]
    assert await names(library, "q=门第1") == await names(library, "q=门 第一") == ["厦门第一医院"]


async def test_the_own_county_goes_first(library: Library) -> None:
    """Of matches equally good, those of the area somebody names come first, the others after."""
    await library.issue(name="甲虚构医院", division_code="420302")
    await library.issue(name="甲虚构中医医院", division_code="420102")
    assert await names(library, "q=甲虚&near=420102") == ["甲虚构中医医院", "甲虚构医院"]
    assert await names(library, "q=甲虚&near=420302") == ["甲虚构医院", "甲虚构中医医院"]


@pytest.mark.requirement("P4")
async def test_marks_alone_ask_for_more(library: Library) -> None:
    """Who typed nothing that counts is asked for more, not sent away to register a unit."""
    empty = (await library.service.caller("candidate").get("/institution-search?q=（）·")).body
    assert (empty["items"], empty["nothing_found"]["next_step"]) == ([], "type_more")
    assert "两个字" in empty["nothing_found"]["explanation"]


async def test_one_character_is_too_little(library: Library) -> None:
    """A search by one character is refused, and an anonymous one too."""
    assert (await library.service.caller("candidate").get("/institution-search?q=虚")).status == 422
    assert (await library.service.anonymous().get("/institution-search?q=虚构")).status == 401
