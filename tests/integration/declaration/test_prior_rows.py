"""Earlier rows: what a confirmation stands for, what voids it, and the earlier unit's own word (4.5, A32, Q5)."""

from typing import Any

import pytest

from services.declaration.domain import prior_rows
from services.declaration.domain.content import Period
from shared.contracts.declaration import (
    DeclarationReturned,
    PriorEvidenceRequired,
    PriorRowAnswered,
    PriorRowRequested,
)
from shared.ids import new_id
from tests.integration.declaration.forms import (
    ALLOWANCE,
    REJECTION,
    Unit,
    complete_content,
    current_period,
    picture,
    prior_period,
)
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Answer, Serve


class Career:
    """A declaration with one earlier row at another unit of the library, handed in."""

    def __init__(self, season: Season, former: Unit) -> None:
        self.season, self.former = season, former
        self.row = prior_period(former)
        self.content: dict[str, Any] = complete_content(season.unit)
        self.content["periods"] = [self.row, current_period(season.unit)]
        self.draft: Draft

    async def hand_in(self, pages: int) -> "Career":
        """With the certificate of the row, of so many photos."""
        self.draft = await self.season.draft(content=self.content)
        saved = (await self.draft.person.api.get(self.draft.path)).body["content"]["periods"]
        self.content["periods"] = saved
        await self.season.attach(self.draft, "prior_certificate", self.row["id"])
        for shade in range(1, pages):
            await self.adds_page(shade)
        assert (await self.season.submit(self.draft)).status == 201
        return self

    async def certificate(self) -> str:
        """The path of the row's certificate, for the candidate."""
        files = (await self.draft.person.api.get(self.draft.path)).body["documents"]
        (found,) = [file["id"] for file in files if file["kind"] == "prior_certificate"]
        return f"{self.draft.path}/files/{found}"

    async def adds_page(self, shade: int) -> None:
        """Another photo of the certificate."""
        path, photo = f"{await self.certificate()}/pages", {"Content-Type": "image/jpeg"}
        added = await self.draft.person.api.post(path, data=picture(shade), headers=photo)
        assert added.status == 201, added.body
        self.draft.version = added.body["version"]

    async def say(self, result: str, **more: Any) -> Answer:
        """The present unit speaks about the row."""
        path = f"prior-rows/{self.row['id']}/confirmation"
        return await self.season.decide(self.draft, path, {"result": result, **more})

    async def reopen(self) -> None:
        """The candidate may edit again."""
        assert (await self.season.decide(self.draft, "modification-allowance", ALLOWANCE)).status == 200

    async def confirmation(self) -> dict[str, Any]:
        """As the candidate sees it."""
        (shown,) = (await self.draft.person.api.get(self.draft.path)).body["confirmations"]
        return dict(shown)


async def career(serve: Serve, pages: int = 1) -> Career:
    """The season with it."""
    season = await exam_season(serve)
    return await Career(season, await season.has_unit("前任医院")).hand_in(pages)


async def _edit(one: Career, what: str) -> None:
    season, draft = one.season, one.draft
    if what == "another_row":
        one.content["periods"][1] |= {"position": "住院医师"}
    elif what == "certificate_added":
        assert (await season.attach(draft, "prior_certificate", one.row["id"])).status == 201
        return
    elif what == "certificate_removed":
        assert (await draft.person.api.call("DELETE", await one.certificate())).status == 200
        return
    elif what == "page_added":
        await one.adds_page(9)
        return
    elif what == "pages_arranged":
        path = f"{await one.certificate()}/pages"
        pages = [page["page_id"] for page in (await draft.person.api.get(path)).body["items"]]
        assert (await draft.person.api.put(path, {"page_ids": pages[::-1]})).status == 200
        return
    else:
        changes = {"from": "2024-08-02", "department": "外科", "position": "见习", "work_summary": "另一段工作。"}
        changed: dict[str, Any] = {what: changes[what]} if what in changes else {"supervisors": []}
        one.content["periods"][0] |= changed
    saved = await season.save(draft, one.content)
    assert saved.status == 200, saved.body


@pytest.mark.requirement("A32")
@pytest.mark.parametrize(
    ("what", "voids"),
    [
        ("from", True),
        ("department", True),
        ("position", True),
        ("work_summary", True),
        ("supervisors", True),
        ("certificate_added", True),
        ("certificate_removed", True),
        ("page_added", True),
        ("pages_arranged", True),
        ("another_row", False),
    ],
)
async def test_any_edit_of_the_row_or_its_certificate_voids_the_confirmation(
    serve: Serve, what: str, voids: bool
) -> None:
    """The row is pending again and says what was taken away and when; another row's edit leaves it."""
    one = await career(serve, pages=2)
    assert (await one.say("confirmed")).status == 200
    await one.reopen()
    await _edit(one, what)
    shown = await one.confirmation()
    waiting = "evidence_required" if what == "certificate_removed" else "pending"
    assert shown["state"] == (waiting if voids else "confirmed_by_current")
    assert shown["voided_state"] == ("confirmed_by_current" if voids else None)
    assert (shown["voided_at"] is not None) == voids
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'declaration.void_prior_row'"
    assert await one.season.count(audited) == int(voids)


@pytest.mark.requirement("A32")
async def test_without_the_hash_an_edited_row_would_stay_confirmed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a fingerprint that is the same for every content keeps a confirmation that nobody gave."""

    def nothing(_row: Period, _certificates: object) -> str:
        return "whatever it says"

    monkeypatch.setattr("services.declaration.use_cases.prior_rows.renew_confirmations.said", nothing)
    assert prior_rows.said is not nothing
    one = await career(serve)
    await one.say("confirmed")
    await one.reopen()
    await _edit(one, "from")
    assert (await one.confirmation())["state"] == "confirmed_by_current"


@pytest.mark.requirement("A32", "B16")
@pytest.mark.parametrize("way", ["rejected", "withdrawn"])
async def test_the_word_of_the_former_present_unit_does_not_count_at_another(serve: Serve, way: str) -> None:
    """Who binds elsewhere, after a rejection or having taken the declaration back, has the earlier row confirmed there
    anew, though it says the same."""
    one = await career(serve)
    assert (await one.say("confirmed")).status == 200
    await _rebinds(one, way)
    shown = await one.confirmation()
    assert (shown["state"], shown["voided_state"]) == ("pending", "confirmed_by_current")
    assert (await one.season.submit(one.draft)).status == 201
    assert (await one.season.decide(one.draft, "approval")).code == "prior_rows_unconfirmed"
    assert (await one.say("confirmed")).status == 200
    assert (await one.season.decide(one.draft, "approval")).status == 200


@pytest.mark.requirement("A32", "B16")
async def test_the_earlier_units_own_word_counts_at_another(serve: Serve) -> None:
    """It spoke of its own row, whoever the present unit is."""
    one = await career(serve)
    answered = await _answer(one, await _asked(one), {"result": "confirmed"})
    assert answered.status == 200, answered.body
    one.draft.version = answered.body["version"]
    await _rebinds(one, "rejected")
    shown = await one.confirmation()
    assert (shown["state"], shown["voided_state"]) == ("confirmed_by_prior", None)


async def _rebinds(one: Career, way: str) -> None:
    """The candidate goes on with the same declaration at another unit."""
    season, draft = one.season, one.draft
    if way == "rejected":
        assert (await season.decide(draft, "rejection", REJECTION)).status == 200
    else:
        taken = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
        draft.version = taken.body["version"]
    season.unit = await season.has_unit("接收医院")
    await season.binds(draft.person, season.unit)
    if way == "rejected":
        again = await season.start(draft.person)
        assert again.status == 201, again.body
        draft.version = again.body["version"]
    one.content["periods"][1] = current_period(season.unit)
    saved = await season.save(draft, one.content)
    assert saved.status == 200, saved.body


@pytest.mark.requirement("A32")
async def test_a_refused_row_returns_the_declaration(serve: Serve) -> None:
    """Only with a reason of the catalogue; the candidate sees the row, the reason and the text, and the edited row is
    pending again."""
    one = await career(serve)
    assert (await one.say("refused")).code == "reason_required"
    assert (await one.say("refused", reason_code="because")).code == "reason_required"
    assert (await one.say("refused", reason_code="other")).code == "reasons_incomplete"
    refused = await one.say("refused", reason_code="dates_disagree", text="止期早一个月")
    assert (refused.status, refused.body["state"]) == (200, "returned")
    assert (await one.season.service.published(DeclarationReturned))[0].reason_codes == ["prior_row_refused"]
    step = (await one.draft.person.api.get(f"{one.draft.path}/timeline")).body["items"][-1]
    (reason,) = step["reasons"]
    assert (reason["pointer"], reason["text"]) == ("/periods/0", "止期早一个月")
    shown = await one.confirmation()
    assert (shown["state"], shown["reason_code"], shown["text"]) == ("refused", "dates_disagree", "止期早一个月")
    await _edit(one, "from")
    assert (await one.confirmation())["state"] == "pending"


@pytest.mark.requirement("A32")
async def test_evidence_is_waited_for(serve: Serve) -> None:
    """The candidate is told; approval stays impossible; with another certificate the row is to be decided anew."""
    one = await career(serve)
    assert (await one.say("evidence_required", reason_code="unit_closed")).status == 200
    (told,) = await one.season.service.published(PriorEvidenceRequired)
    assert (told.person_id, told.reason_code) == (one.draft.person.id, "unit_closed")
    assert (await one.season.decide(one.draft, "approval")).code == "prior_rows_unconfirmed"
    taken = await one.draft.person.api.post(f"{one.draft.path}/withdrawal", version=one.draft.version)
    one.draft.version = taken.body["version"]
    await _edit(one, "certificate_added")
    assert (await one.confirmation())["voided_state"] == "evidence_required"
    assert (await one.season.submit(one.draft)).status == 201
    assert (await one.say("confirmed")).status == 200
    assert (await one.season.decide(one.draft, "approval")).status == 200


async def _asked(one: Career) -> dict[str, Any]:
    """The zone switches it on, the present unit asks; the request as the earlier unit finds it."""
    on = await one.season.zone.put(f"/cycles/{one.season.cycle_id}/review-policy", {"prior_units_confirm": True})
    assert on.status == 200
    asked = await one.season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert asked.status == 200, asked.body
    (found,) = (await one.season.reviewer(one.former).get("/prior-row-requests?open=true")).body["items"]
    return dict(found)


async def _answer(one: Career, asked: dict[str, Any], body: dict[str, Any], by: Unit | None = None) -> Answer:
    path = f"/prior-row-requests/{asked['declaration_id']}/{asked['period_id']}/answer"
    return await one.season.reviewer(by or one.former).post(path, body, version=asked["version"])


@pytest.mark.requirement("A32")
async def test_the_earlier_unit_sees_its_own_row_and_confirms_it(serve: Serve) -> None:
    """Where the zone allows it and the unit was asked: the row, its person and certificate, nothing else; its word
    counts like the present unit's, and the present unit is told."""
    one = await career(serve)
    season = one.season
    off = await season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert (off.status, off.code) == (409, "prior_units_do_not_confirm")
    asked = await _asked(one)
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
    assert (await _answer(one, asked, {"result": "confirmed"}, stranger)).status == 404
    answered = await _answer(one, asked, {"result": "confirmed"})
    assert (answered.status, answered.body["state"]) == (200, "confirmed_by_prior")
    (heard,) = await season.service.published(PriorRowAnswered)
    assert (heard.institution_id, heard.institution_name, heard.answer) == (season.unit.id, "前任医院", "confirmed")
    again = await _answer(one, asked | {"version": answered.body["version"]}, {"result": "confirmed"})
    assert (again.status, again.code) == (409, "prior_row_decided")
    assert (await former.get("/prior-row-requests?open=true")).body["items"] == []
    one.draft.version = answered.body["version"]
    assert (await season.decide(one.draft, "approval")).status == 200


@pytest.mark.requirement("A32")
async def test_the_earlier_unit_refuses(serve: Serve) -> None:
    """With a reason; the declaration goes back to the candidate, and the present unit hears why."""
    one = await career(serve)
    asked = await _asked(one)
    assert (await _answer(one, asked, {"result": "refused"})).code == "reason_required"
    refused = await _answer(one, asked, {"result": "refused", "reason_code": "never_worked_there"})
    assert (refused.status, refused.body["state"]) == (200, "refused")
    assert await one.season.state_of(one.draft) == "returned"
    assert (await one.season.service.published(PriorRowAnswered))[0].answer == "refused"
    stale = await _answer(one, asked, {"result": "confirmed"})
    assert (stale.status, stale.code) == (409, "stale_version")


@pytest.mark.requirement("A32")
async def test_an_edit_takes_the_request_back(serve: Serve) -> None:
    """A row that says something else was never put to the earlier unit: it does not find it any more."""
    one = await career(serve)
    asked = await _asked(one)
    await one.reopen()
    await _edit(one, "from")
    path = f"/prior-row-requests/{one.draft.id}/{one.row['id']}"
    assert (await one.season.reviewer(one.former).get(path)).status == 404
    assert (await _answer(one, asked, {"result": "confirmed"})).status == 404


@pytest.mark.requirement("A32", "B2")
async def test_a_unit_outside_the_library_can_not_be_asked(serve: Serve) -> None:
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
    await _asked(one)
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
    await _asked(one)
    again = await one.season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert (again.status, again.code) == (409, "prior_unit_asked")
    assert len(await one.season.service.published(PriorRowRequested)) == 1
    assert (await one.say("confirmed")).status == 200
