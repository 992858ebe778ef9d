"""Earlier rows: what a confirmation stands for, and what voids it (4.5, A32)."""

import pytest

from services.declaration.domain import prior_rows
from services.declaration.domain.content import Period
from shared.contracts.declaration import DeclarationReturned, PriorEvidenceRequired
from tests.integration.declaration.careers import Career, answer, asked, career, edit
from tests.integration.declaration.forms import (
    REJECTION,
    current_period,
)
from tests.support.service_under_test import Serve


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
    await edit(one, what)
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
    await edit(one, "from")
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
    answered = await answer(one, await asked(one), {"result": "confirmed"})
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
    await edit(one, "from")
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
    await edit(one, "certificate_added")
    assert (await one.confirmation())["voided_state"] == "evidence_required"
    assert (await one.season.submit(one.draft)).status == 201
    assert (await one.say("confirmed")).status == 200
    assert (await one.season.decide(one.draft, "approval")).status == 200
