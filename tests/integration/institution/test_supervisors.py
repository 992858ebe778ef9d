"""The roster of supervisors over HTTP (C2, P2, 5.3, 5.5)."""

import asyncio
from typing import Any

import pytest

from shared.contracts.institution import SupervisorChanged
from shared.security.sealing import unseal_from_event
from tests.integration.institution.conftest import MakeLibrary
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer

NUMBER = "110420106000123"


async def listed(hospital: Hospital, number: str = NUMBER, **more: Any) -> Answer:
    """Put somebody on the roster."""
    content = {"name": "甄带教", "practising_certificate_no": number, **more}
    return await hospital.business_admin.post(f"/institutions/{hospital.id}/supervisors", content)


@pytest.mark.requirement("C2")
async def test_a_supervisor_is_listed_and_announced_sealed(library: Library) -> None:
    """The roster shows masked values, the category comes from the number, the event carries both sealed."""
    hospital = await library.hospital()
    made = await listed(hospital)
    assert made.status == 201
    shown = made.body["supervisor"]
    assert (shown["name_masked"], shown["practising_no_masked"]) == ("甄*教", "110420*****0123")
    assert (shown["category_code"], made.body["warnings"]) == ("110", [])
    (event,) = await library.service.published(SupervisorChanged)
    place = f"{SupervisorChanged.TYPE}.practising_certificate_no:{event.supervisor_id}"
    assert unseal_from_event(library.service.keyring, "person", place, event.practising_certificate_no) == NUMBER
    async with library.service.database.read() as reader:
        row = await reader.fetchval("SELECT row_to_json(s)::text FROM supervisor s")
        body = await reader.fetchval("SELECT convert_from(body, 'UTF8') FROM outbox WHERE type = $1", event.TYPE)
    for text in (row, body):
        assert "甄带教" not in text
        assert NUMBER not in text
        assert NUMBER.encode().hex() not in text


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("210420106000123", "practising_no_assistant"),
        ("410420106000123", "practising_no_assistant"),
        ("510420106000123", "practising_no_shape"),
        ("11042010600012", "practising_no_shape"),
        ("1104201060001234", "practising_no_shape"),
    ],
)
async def test_assistants_and_malformed_numbers_are_refused(library: Library, number: str, reason: str) -> None:
    """An assistant can not supervise; wrong length or first digit blocks, with the field named."""
    refused = await listed(await library.hospital(), number)
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, reason)
    assert refused.body["errors"][0]["pointer"] == "/practising_certificate_no"


async def test_one_number_stands_once_on_a_roster(library: Library) -> None:
    """Of six parallel listings of one number one succeeds; another institution may list it too, with a warning."""
    hospital, other = await library.hospital(), await library.hospital()
    answers = await asyncio.gather(*(listed(hospital) for _ in range(6)))
    assert sorted(a.status for a in answers) == [201] + [409] * 5
    assert (await listed(other)).body["warnings"] == ["listed_elsewhere"]
    assert (await listed(await library.hospital(), multi_site=True)).body["warnings"] == []


async def test_a_category_that_differs_from_the_number_only_warns(library: Library) -> None:
    """Real data is dirty: the stated category is kept, with a warning."""
    made = await listed(await library.hospital(), category_code="120")
    assert (made.body["supervisor"]["category_code"], made.body["warnings"]) == ("120", ["category_differs"])


async def test_a_supervisor_is_corrected_and_taken_off(library: Library) -> None:
    """Each change is one version and one event; what is off the roster stays off, the number may be listed anew."""
    hospital, other = await library.hospital(), await library.hospital()
    supervisor = (await listed(hospital)).body["supervisor"]
    path = f"/institutions/{hospital.id}/supervisors/{supervisor['id']}"
    change = {"category_code": "120", "multi_site": True}
    assert (await other.owner.put(path, change, version=1)).status == 404
    assert (await hospital.owner.put(path, change, version=9)).code == "stale_version"
    assert (await hospital.owner.put(path, change, version=1)).body["version"] == 2
    off = await hospital.owner.post(f"{path}/deactivation", version=2)
    assert (off.body["active"], off.body["version"]) == (False, 3)
    assert (await hospital.owner.put(path, change, version=3)).code == "supervisor_inactive"
    events = [
        (e.aggregate_version, e.category_code, e.active) for e in await library.service.published(SupervisorChanged)
    ]
    assert events == [(1, "110", True), (2, "120", True), (3, "120", False)]
    assert (await listed(hospital)).status == 201


async def test_the_roster_filters_pages_and_keeps_its_scope(library: Library) -> None:
    """By masked name and activity, page by page; the exam body above looks on, another institution sees nothing."""
    hospital, other = await library.hospital(), await library.hospital()
    for n, name in enumerate(("王一", "王二二", "李三")):
        assert (await listed(hospital, f"11042010600020{n}", name=name)).status == 201
    path = f"/institutions/{hospital.id}/supervisors"
    page = (await hospital.owner.get(f"{path}?limit=2&active=true")).body
    rest = (await library.zone.get(f"{path}?limit=2&active=true&cursor={page['next_cursor']}")).body
    assert [s["name_masked"] for s in (*page["items"], *rest["items"])] == ["王*", "王*二", "李*"]
    assert (await hospital.owner.get(f"{path}?q=王")).status == 422, "names do not stand in addresses"
    searches = f"/institutions/{hospital.id}/supervisor-searches"
    for wanted, found in (
        ({"name": "王"}, ["王*", "王*二"]),
        ({"name": "王二二"}, ["王*二"]),
        ({"practising_certificate_no": " 110420106000202"}, ["李*"]),
        ({"name": "王", "practising_certificate_no": "110420106000202"}, []),
        ({"active": False}, []),
    ):
        answer = await hospital.owner.post(searches, wanted)
        assert [s["name_masked"] for s in answer.body["items"]] == found
    assert (await other.owner.get(path)).status == 404
    assert (await other.owner.post(searches, {"name": "王"})).status == 404


@pytest.mark.requirement("P2")
async def test_a_supervisor_guides_so_many_and_not_more(make_library: MakeLibrary) -> None:
    """Without a limit of the line what the zone allows holds; a lower one is kept, shown and told, a higher one is
    refused at its field; a correction without one goes back to what is allowed."""
    library = await make_library(TRAINEE_LIMIT="4")
    hospital = await library.hospital()
    usual = (await listed(hospital)).body["supervisor"]
    assert usual["trainee_limit"] == 4
    refused = await listed(hospital, "110420106000124", trainee_limit=5)
    assert (refused.code, refused.body["errors"][0]["pointer"]) == ("trainee_limit_wrong", "/trainee_limit")
    lower = (await listed(hospital, "110420106000124", trainee_limit=2)).body["supervisor"]
    path = f"/institutions/{hospital.id}/supervisors/{lower['id']}"
    change = {"category_code": "110", "multi_site": False}
    assert (await hospital.owner.put(path, {**change, "trainee_limit": 3}, version=1)).body["trainee_limit"] == 3
    assert (await hospital.owner.put(path, {**change, "trainee_limit": 9}, version=2)).code == "trainee_limit_wrong"
    assert (await hospital.owner.put(path, change, version=2)).body["trainee_limit"] == 4
    events = await library.service.published(SupervisorChanged)
    assert [event.trainee_limit for event in events] == [4, 2, 3, 4]
