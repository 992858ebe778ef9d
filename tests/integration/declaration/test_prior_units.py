"""Earlier rows: the earlier unit's own word (4.5, A32)."""

import pytest

from shared.contracts.declaration import PriorRowAnswered, PriorRowRequested
from shared.ids import new_id
from tests.integration.declaration.careers import answer, asked, career, edit
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A32")
async def test_the_earlier_unit_sees_its_own_row_and_confirms_it(serve: Serve) -> None:
    """Where the zone allows it and the unit was request: the row, its person and certificate, nothing else; its word
    counts like the present unit's, and the present unit is told."""
    one = await career(serve)
    season = one.season
    off = await season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert (off.status, off.code) == (409, "prior_units_do_not_confirm")
    request = await asked(one)
    (told,) = await season.service.published(PriorRowRequested)
    assert (told.institution_id, told.institution_name) == (one.former.id, season.unit.name)
    former, path = season.reviewer(one.former), f"/prior-row-requests/{one.draft.id}/{one.row['id']}"
    shown = (await former.get(path)).body
    assert (shown["name"], shown["department"], shown["first_day"]) == (one.draft.person.name, "内科", "2024-08-01")
    assert "江城医科大学" not in str(shown), "education is none of its business"
    (certificate,) = shown["certificates"]
    assert (await former.get(f"{path}/files/{certificate['id']}")).status == 200
    files = (await season.reviewer().get(f"/reviews/{one.draft.id}")).body["documents"]
    (diploma,) = [file["id"] for file in files if file["kind"] == "diploma"]
    assert (await former.get(f"{path}/files/{diploma}")).status == 404
    assert (await former.get(f"/reviews/{one.draft.id}")).status == 404
    stranger = await season.has_unit("无关医院")
    assert (await season.reviewer(stranger).get(path)).status == 404
    assert (await answer(one, request, {"result": "confirmed"}, stranger)).status == 404
    answered = await answer(one, request, {"result": "confirmed"})
    assert (answered.status, answered.body["state"]) == (200, "confirmed_by_prior")
    (heard,) = await season.service.published(PriorRowAnswered)
    assert (heard.institution_id, heard.institution_name, heard.answer) == (season.unit.id, "前任医院", "confirmed")
    again = await answer(one, request | {"version": answered.body["version"]}, {"result": "confirmed"})
    assert (again.status, again.code) == (409, "prior_row_decided")
    assert (await former.get("/prior-row-requests?open=true")).body["items"] == []
    one.draft.version = answered.body["version"]
    assert (await season.decide(one.draft, "approval")).status == 200


@pytest.mark.requirement("A32")
async def test_the_earlier_unit_refuses(serve: Serve) -> None:
    """With a reason; the declaration goes back to the candidate, and the present unit hears why."""
    one = await career(serve)
    request = await asked(one)
    assert (await answer(one, request, {"result": "refused"})).code == "reason_required"
    refused = await answer(one, request, {"result": "refused", "reason_code": "never_worked_there"})
    assert (refused.status, refused.body["state"]) == (200, "refused")
    assert await one.season.state_of(one.draft) == "returned"
    assert (await one.season.service.published(PriorRowAnswered))[0].answer == "refused"
    stale = await answer(one, request, {"result": "confirmed"})
    assert (stale.status, stale.code) == (409, "stale_version")


@pytest.mark.requirement("A32")
async def test_an_edit_takes_the_request_back(serve: Serve) -> None:
    """A row that says something else was never put to the earlier unit: it does not find it any more."""
    one = await career(serve)
    request = await asked(one)
    await one.reopen()
    await edit(one, "from")
    path = f"/prior-row-requests/{one.draft.id}/{one.row['id']}"
    assert (await one.season.reviewer(one.former).get(path)).status == 404
    assert (await answer(one, request, {"result": "confirmed"})).status == 404


@pytest.mark.requirement("A32", "B2")
async def test_a_unit_outside_the_library_can_not_beasked(serve: Serve) -> None:
    """Nobody there has an account, and neither has anybody in a unit that was closed."""
    one = await career(serve)
    await one.season.zone.put(f"/cycles/{one.season.cycle_id}/review-policy", {"prior_units_confirm": True})
    await one.season.institution_is(one.former, version=2, state="closed")
    refused = await one.season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert (refused.status, refused.code) == (409, "prior_unit_not_in_library")
    unknown = await one.season.decide(one.draft, f"prior-rows/{new_id()}/request")
    assert (unknown.status, unknown.code) == (404, "prior_row_unknown")


@pytest.mark.requirement("A32", "A34")
async def test_the_earlier_unit_sees_every_page_of_the_certificate(serve: Serve) -> None:
    """Of a certificate of several photos each page, of other documents and for other units none; every look is
    audited."""
    one = await career(serve, pages=2)
    season = one.season
    await asked(one)
    request = f"/prior-row-requests/{one.draft.id}/{one.row['id']}"
    certificate = (await one.certificate()).removeprefix(one.draft.path)
    former = season.reviewer(one.former)
    pages = [await former.get(f"{request}{certificate}/pages/{number}") for number in (1, 2)]
    assert [page.status for page in pages] == [200, 200]
    assert pages[0].body != pages[1].body
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'declaration.view_prior_row'") == 2
    for page in ("3", "0", "x"):
        assert (await former.get(f"{request}{certificate}/pages/{page}")).status == 404
    files = (await season.reviewer().get(f"/reviews/{one.draft.id}")).body["documents"]
    (diploma,) = [file["id"] for file in files if file["kind"] == "diploma"]
    assert (await former.get(f"{request}/files/{diploma}/pages/1")).status == 404
    stranger = season.reviewer(await season.has_unit("无关医院"))
    assert (await stranger.get(f"{request}{certificate}/pages/2")).status == 404


@pytest.mark.requirement("A32")
async def test_the_earlier_unit_is_asked_once(serve: Serve) -> None:
    """A second request tells nobody anything; the present unit waits for the answer, or decides itself."""
    one = await career(serve)
    await asked(one)
    again = await one.season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert (again.status, again.code) == (409, "prior_unit_asked")
    assert len(await one.season.service.published(PriorRowRequested)) == 1
    assert (await one.say("confirmed")).status == 200
