"""The search by name that comes before binding (A20, P3, P4)."""

import pytest

from services.institution.storage import institution_aliases
from tests.integration.institution.library import Library


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
async def test_nothing_found_explains_what_to_do(library: Library) -> None:
    """An empty result says how a unit is registered, and names the area's exam body, in the caller's language."""
    caller = library.service.caller("candidate")
    empty = (await caller.get("/institution-search?q=不存在的单位&division=420102")).body
    assert empty["items"] == []
    assert "登记" in empty["nothing_found"]["explanation"]
    assert empty["nothing_found"]["exam_body_name"] == "湖北考区"
    english = await caller.call("GET", "/institution-search?q=不存在", headers={"Accept-Language": "en"})
    assert "registers" in english.body["nothing_found"]["explanation"]


async def test_a_division_narrows_the_search(library: Library) -> None:
    """County, prefecture and province codes narrow down to what lies inside."""
    await library.issue(name="虚构甲医院", division_code="420102")
    await library.issue(name="虚构乙医院", division_code="420302")
    assert await names(library, "q=虚构&division=420100") == ["虚构甲医院"]
    assert await names(library, "q=虚构&division=420302") == ["虚构乙医院"]
    assert len(await names(library, "q=虚构&division=420000")) == 2


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


async def test_one_character_is_too_little(library: Library) -> None:
    """A search by one character is refused, and an anonymous one too."""
    assert (await library.service.caller("candidate").get("/institution-search?q=虚")).status == 422
    assert (await library.service.anonymous().get("/institution-search?q=虚构")).status == 401
