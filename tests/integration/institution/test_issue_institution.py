"""Issuing institutions over HTTP: jurisdiction, numbers, duplicates, and who may look (B5, B7)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.institution import InstitutionChanged, StaffRequested
from tests.integration.institution.library import OWNER, Library


@pytest.mark.requirement("B5")
async def test_an_exam_body_issues_an_institution(library: Library) -> None:
    """The institution is issued under its filing body, announced, and its owner's invitation is asked for."""
    answer = await library.issue(name="虚构市第一医院")
    assert answer.status == 201
    assert (answer.body["state"], answer.body["origin"], answer.body["version"]) == ("issued", "issued", 1)
    (changed,) = await library.service.published(InstitutionChanged)
    assert (changed.name, changed.filing_body_path, changed.aggregate_version) == (
        "虚构市第一医院",
        [library.zone_id],
        1,
    )
    asked = (await library.service.published(StaffRequested))[-1]
    assert (asked.role, str(asked.scope_id), asked.scope_name) == (
        "institution_owner",
        answer.body["id"],
        "虚构市第一医院",
    )


async def test_no_owner_data_rests_in_clear(library: Library) -> None:
    """Neither outbox, audit trail nor stored answer holds the owner's name or phone."""
    await library.issue()
    async with library.service.database.read() as reader:
        outbox = await reader.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox")
        audit = await reader.fetchval("SELECT string_agg(entry, '') FROM audit_entry")
        answers = await reader.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM idempotency_key")
    for text in (outbox, audit, answers):
        assert text
        assert OWNER["name"] not in text
        assert OWNER["phone"] not in text


@pytest.mark.requirement("B5")
async def test_creation_outside_the_jurisdiction_is_refused(library: Library) -> None:
    """Neither a division outside the territory nor a filing body outside the subtree is accepted."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420200"])
    site = library.staff("site_admin", site_id)
    assert (await library.issue(by=site, division_code="420202")).code == "division_outside_territory"
    assert (await library.issue(by=site, filing_body_id=str(other_id))).status == 404
    assert (await library.issue(by=site, filing_body_id=str(library.zone_id))).status == 404
    point_id = await library.body_id("point", site_id, ["420102"])
    below = await library.issue(by=site, filing_body_id=str(point_id))
    assert below.body["filing_body_id"] == str(point_id)
    above = await library.issue(by=site, filing_body_id=str(point_id), division_code="420103")
    assert above.code == "division_outside_territory"


async def test_divisions_of_institutions_are_counties_of_today(library: Library) -> None:
    """A prefecture, a former county and an unknown code are refused at the field."""
    for code in ("420100", "421023", "420199"):
        answer = await library.issue(division_code=code)
        assert answer.code == "division_unknown"
        assert answer.body["errors"][0]["pointer"] == "/division_code"


@pytest.mark.requirement("B7")
async def test_numbers_are_checked_and_an_exam_body_may_override(library: Library) -> None:
    """A credit code with a wrong check character blocks, unless the exam body takes it on itself, which is recorded."""
    wrong = "91350100M000100Y44"
    refused = await library.issue(credit_code=wrong, registration_no="短")
    assert refused.code == "profile_wrong"
    assert [e["pointer"] for e in refused.body["errors"]] == ["/credit_code", "/registration_no"]
    silent = await library.issue(credit_code=wrong, accept_unchecked_credit_code=True)
    assert (silent.status, silent.code) == (422, "override_unexplained")
    why = "已核对法人证书原件"
    kept = await library.issue(credit_code=wrong, accept_unchecked_credit_code=True, credit_code_reason=why)
    assert kept.body["credit_code"] == wrong
    async with library.service.database.read() as reader:
        entry = await reader.fetchval("SELECT entry FROM audit_entry WHERE action = 'institution.issue'")
    assert '"credit_code_override":true' in entry
    assert why in entry


@pytest.mark.requirement("B7")
@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({"name": "虚构 医院（总院）"}, {"name": "虚构医院(总院)"}, "institution_name_taken"),
        ({"credit_code": "91350100M000100Y43"}, {"credit_code": "9135 0100 m000100y43"}, "credit_code_taken"),
        ({"registration_no": "PDY1234567890"}, {"registration_no": "pdy-1234567890"}, "registration_no_taken"),
    ],
)
async def test_duplicates_are_found(library: Library, first: dict[str, Any], second: dict[str, Any], code: str) -> None:
    """The same name in a county, credit code or licence number, however written, is taken once."""
    assert (await library.issue(**first)).status == 201
    again = await library.issue(**second)
    assert (again.status, again.code) == (409, code)


async def test_the_same_name_may_stand_in_another_county(library: Library) -> None:
    """A name is unique in its county only."""
    assert (await library.issue(name="虚构中心卫生院")).status == 201
    assert (await library.issue(name="虚构中心卫生院", division_code="420302")).status == 201


async def test_parallel_issues_of_one_name_leave_one(library: Library) -> None:
    """Of eight parallel issues of one name one succeeds, and only its events leave."""
    answers = await asyncio.gather(*(library.issue(name="虚构竞争医院") for _ in range(8)))
    assert sorted(a.status for a in answers) == [201] + [409] * 7
    assert len(await library.service.published(InstitutionChanged)) == 1


async def test_only_people_in_scope_see_an_institution(library: Library) -> None:
    """Zone, own site and own staff see it; another site and another institution's staff get 404."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420200"])
    mine = await library.issued(by=library.staff("site_admin", site_id))
    neighbour = await library.issued()
    path = f"/institutions/{mine.id}"
    for caller in (library.zone, library.staff("site_admin", site_id), mine.owner, mine.business_admin):
        assert (await caller.get(path)).status == 200
    for caller in (library.staff("site_admin", other_id), neighbour.owner):
        assert (await caller.get(path)).status == 404
    assert (await library.zone.get("/institutions/not-an-id")).status == 404


async def test_the_list_filters_and_pages(library: Library) -> None:
    """State, type and any part of the name filter; pages follow each other without gap or repetition."""
    made = [await library.issued(name=f"虚构第{n}卫生院", institution_type="township_health_centre") for n in range(5)]
    await library.hospital(name="虚构人民医院")
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await library.zone.get(f"/institutions?limit=2&institution_type=township_health_centre{cursor}")).body
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [str(one.id) for one in made]
    active = (await library.zone.get("/institutions?state=active")).body["items"]
    assert [item["name"] for item in active] == ["虚构人民医院"]
    named = (await library.zone.get("/institutions?q=第3卫")).body["items"]
    assert [UUID(item["id"]) for item in named] == [made[3].id]
    assert (await library.zone.get("/institutions?cursor=rubbish")).code == "cursor_invalid"
