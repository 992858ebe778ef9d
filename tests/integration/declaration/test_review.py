"""The unit's side: queue, claim, decisions, earlier rows, modification; and what the candidate can do meanwhile."""

from datetime import date, datetime, timedelta

import pytest

from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationRejected,
    DeclarationReturned,
    DeclarationWithdrawn,
    ModificationAllowed,
)
from shared.ids import new_id
from tests.integration.declaration.forms import (
    ALLOWANCE,
    REASONS,
    REJECTION,
    complete_content,
    current_period,
    prior_period,
)
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A38", "A40", "B16")
async def test_an_approved_declaration_is_read_only(serve: Serve) -> None:
    """Approval is told to the others, stamps its decider, and every write of the candidate answers 409."""
    season = await exam_season(serve)
    draft = await season.submitted()
    reviewer_id = new_id()
    approved = await season.decide(draft, "approval", by=season.reviewer(id=reviewer_id))
    assert (approved.status, approved.body["state"]) == (200, "approved")
    event = (await season.service.published(DeclarationApproved))[0]
    assert event.aggregate_version == draft.version
    stamped = "SELECT count(*) FROM declaration WHERE id = $1 AND decided_by = $2 AND decided_at = $3"
    assert await season.count(stamped, draft.id, reviewer_id, season.clock.now()) == 1
    api, content = draft.person.api, complete_content(season.unit)
    writes = [
        await season.save(draft, content),
        await season.submit(draft),
        await season.attach(draft, "other"),
        await api.post(f"{draft.path}/withdrawal", version=draft.version),
        await api.put(
            f"{draft.path}/choice",
            {"exam_level": "licensed_physician", "exam_category_code": "120"},
            version=draft.version,
        ),
        await season.start(draft.person),
    ]
    assert [answer.status for answer in writes] == [409] * 6
    assert (await api.get(f"{draft.path}/preview")).status == 200


@pytest.mark.requirement("A38")
async def test_other_units_and_roles_decide_nothing(serve: Serve) -> None:
    """Another unit's admin does not find it, an owner may only read, a candidate may do neither."""
    season = await exam_season(serve)
    draft = await season.submitted()
    other = await season.has_unit("别家医院")
    assert (await season.decide(draft, "approval", by=season.reviewer(other))).status == 404
    owner = season.service.caller("institution_owner", scope_id=season.unit.id)
    assert (await owner.get(f"/reviews/{draft.id}")).status == 200
    assert (await season.decide(draft, "approval", by=owner)).status == 403
    assert (await season.decide(draft, "approval", by=draft.person.api)).status == 403
    assert await season.state_of(draft) == "submitted"


@pytest.mark.requirement("A38")
async def test_nobody_reviews_himself(serve: Serve) -> None:
    """A reviewer who is the candidate is refused every step."""
    season = await exam_season(serve)
    draft = await season.submitted()
    self_reviewer = season.reviewer(person_id=draft.person.id)
    steps = [("claim", None), ("approval", None), ("return", REASONS), ("rejection", REJECTION)]
    answers = [await season.decide(draft, step, body, self_reviewer) for step, body in steps]
    assert {(one.status, one.code) for one in answers} == {(403, "own_declaration")}


@pytest.mark.requirement("B9", "B15")
async def test_the_unit_must_be_in_order(serve: Serve) -> None:
    """Without a complete profile, or while suspended, a unit decides nothing; an expired licence stops submissions."""
    season = await exam_season(serve)
    draft, waiting = await season.submitted(), await season.draft()
    await season.institution_is(season.unit, version=2, complete=False)
    assert (await season.decide(draft, "approval")).code == "profile_incomplete"
    await season.institution_is(season.unit, version=3, state="suspended")
    assert (await season.decide(draft, "approval")).code == "institution_not_active"
    await season.institution_is(season.unit, version=4, licence_to=date(2026, 12, 1))
    refused = await season.submit(waiting)
    assert [one["code"] for one in refused.body["errors"]] == ["institution_licence_expired"]
    await season.institution_is(season.unit, version=5)
    assert (await season.decide(draft, "approval")).status == 200


@pytest.mark.requirement("A32")
async def test_earlier_rows_are_confirmed_before_approval(serve: Serve) -> None:
    """Approval waits for every earlier row; a changed row loses its confirmation, an untouched one keeps it."""
    season = await exam_season(serve)
    former = await season.has_unit("前任医院")
    rows = [prior_period(former, "2024-09-01", "2025-01-31"), prior_period(former, "2025-02-01", "2025-06-30")]
    content = complete_content(season.unit)
    content["periods"] = [*rows, current_period(season.unit)]
    draft = await season.draft(content=content)
    for row in rows:
        await season.attach(draft, "prior_certificate", row["id"])
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "approval")).code == "prior_rows_unconfirmed"
    unknown = f"prior-rows/{new_id()}/confirmation"
    assert (await season.decide(draft, unknown, {"result": "confirmed"})).status == 404
    for row in rows:
        confirmed = await season.decide(draft, f"prior-rows/{row['id']}/confirmation", {"result": "confirmed"})
        assert confirmed.status == 200, confirmed.body
    assert (await season.decide(draft, "approval")).status == 200

    await season.decide(draft, "modification-allowance", ALLOWANCE)
    content["periods"][0] |= {"department": "外科"}
    assert (await season.save(draft, content)).status == 200
    detail = (await draft.person.api.get(draft.path)).body
    states = {one["period_id"]: one["state"] for one in detail["confirmations"]}
    assert states == {rows[0]["id"]: "pending", rows[1]["id"]: "confirmed_by_current"}


async def test_supervisors_are_checked_again_at_approval(serve: Serve) -> None:
    """A supervisor who left the roster after the submission stops the approval, with the row named (5.3)."""
    season = await exam_season(serve)
    draft = await season.submitted()
    await season.supervisor_is(season.unit, version=2, active=False)
    refused = await season.decide(draft, "approval")
    assert (refused.status, refused.code) == (409, "supervisors_not_valid")
    assert refused.body["errors"][0]["pointer"] == "/periods/0/supervisors/0"
    await season.supervisor_is(season.unit, version=3)
    assert (await season.decide(draft, "approval")).status == 200


async def test_who_guided_earlier_and_left_since_stops_nothing(serve: Serve) -> None:
    """A supervisor of an earlier row may have left that unit before submission and approval: the row is past (5.3)."""
    season = await exam_season(serve)
    former = await season.has_unit("江城旧医院")
    content = complete_content(season.unit)
    content["periods"].append(prior_period(former))
    draft = await season.draft(content=content)
    row = content["periods"][1]["id"]
    await season.attach(draft, "prior_certificate", row)
    await season.supervisor_is(former, version=2, active=False)
    sent = await season.submit(draft)
    assert sent.status == 201, sent.body
    await season.decide(draft, f"prior-rows/{row}/confirmation", {"result": "confirmed"})
    approved = await season.decide(draft, "approval")
    assert approved.status == 200, approved.body


async def test_an_assistant_can_not_supervise(serve: Serve) -> None:
    """A practising certificate of level 2, or of another category, does not guide a clinical candidate (5.3)."""
    season = await exam_season(serve)
    draft = await season.draft()
    await season.supervisor_is(season.unit, version=2, number="210420106000123")
    assert [one["code"] for one in (await season.submit(draft)).body["errors"]] == ["supervisor_is_assistant"]
    await season.supervisor_is(season.unit, version=3, category="120")
    assert [one["code"] for one in (await season.submit(draft)).body["errors"]] == ["supervisor_category"]
    await season.supervisor_is(season.unit, version=2, category="110")
    still = await season.submit(draft)
    assert [one["code"] for one in still.body["errors"]] == ["supervisor_category"], "an old event changes nothing"


@pytest.mark.requirement("A41")
async def test_withdrawal_until_a_decision(serve: Serve) -> None:
    """Withdrawing works from submitted and under review, releases the claim, and turns a late decision into a 409."""
    season = await exam_season(serve)
    draft = await season.submitted()
    claimer = new_id()
    await season.decide(draft, "claim", by=season.reviewer(id=claimer))
    seen_by_reviewer = draft.version
    withdrawn = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    assert (withdrawn.status, withdrawn.body["state"]) == (200, "withdrawn")
    assert (await season.service.published(DeclarationWithdrawn))[0].released_claimer_id == claimer
    draft.version = seen_by_reviewer
    late = await season.decide(draft, "approval", by=season.reviewer(id=claimer))
    assert (late.status, late.code) == (409, "stale_version")
    draft.version = withdrawn.body["version"]
    assert (await season.decide(draft, "approval")).code == "declaration_not_under_review"
    assert (await season.submit(draft)).body["submission"] == 2
    await season.decide(draft, "approval")
    refused = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    assert (refused.status, refused.code) == (409, "declaration_already_decided")


@pytest.mark.requirement("A42")
async def test_modification_can_be_allowed(serve: Serve) -> None:
    """From submitted, under review, approved and rejected: reason kept, old version kept, reviewed again."""
    season = await exam_season(serve)
    ways = {"submitted": None, "under_review": "claim", "approved": "approval", "rejected": "rejection"}
    for expected, step in ways.items():
        draft = await season.submitted()
        if step:
            by = season.reviewer(id=season.unit.id)
            await season.decide(draft, step, REJECTION if step == "rejection" else None, by)
        assert await season.state_of(draft) == expected
        by = season.reviewer(id=season.unit.id)
        allowed = await season.decide(draft, "modification-allowance", ALLOWANCE, by)
        assert (allowed.status, allowed.body["state"]) == (200, "modification_allowed"), expected
        content = complete_content(season.unit)
        content["education"][0] |= {"major": "临床医学（五年制）"}
        assert (await season.save(draft, content)).status == 200
        assert (await season.submit(draft)).body["submission"] == 2
        review = (await season.reviewer().get(f"/reviews/{draft.id}")).body
        assert review["changes"] == [
            {"pointer": "/education/0/major", "before": "临床医学", "after": "临床医学（五年制）"}
        ]
        kept = "SELECT count(*) FROM declaration_snapshot WHERE declaration_id = $1"
        assert await season.count(kept, draft.id) == 2
        reasons = [one for one in review["timeline"] if one["action"] == "allow_modification"]
        assert reasons[0]["reasons"] == [
            {"pointer": "", "code": "information_wrong", "text": "专业填写有误", "document_id": None}
        ]
    assert len(await season.service.published(ModificationAllowed)) == 4


@pytest.mark.requirement("A42")
async def test_modification_needs_a_reason_of_the_catalogue(serve: Serve) -> None:
    """An invented reason, a draft, a withdrawn declaration: refused."""
    season = await exam_season(serve)
    draft = await season.submitted()
    invented = await season.decide(draft, "modification-allowance", {"reason_code": "because"})
    assert invented.code == "reason_required"
    withdrawn = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    draft.version = withdrawn.body["version"]
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).code == "modification_not_possible"


@pytest.mark.requirement("A39", "A43")
async def test_the_timeline_tells_everything(serve: Serve) -> None:
    """Each step with time, role and reason; the state says for whom it waits and since when."""
    season = await exam_season(serve)
    draft = await season.submitted()
    at = season.clock.now()
    season.later(timedelta(hours=3))
    waiting = (await draft.person.api.get(f"{draft.path}/timeline")).body
    assert waiting["waiting_for"]["institution_name"] == season.unit.name
    assert datetime.fromisoformat(waiting["waiting_for"]["since"]) == at
    await season.decide(draft, "return", REASONS)
    shown = (await draft.person.api.get(f"{draft.path}/timeline")).body
    steps = [(one["action"], one["role"], one["to_state"]) for one in shown["items"]]
    assert steps == [
        ("create", "candidate", "draft"),
        ("submit", "candidate", "submitted"),
        ("return_for_modification", "institution_business_admin", "returned"),
    ]
    assert shown["items"][2]["reasons"] == [one | {"document_id": None} for one in REASONS["reasons"]]
    assert shown["waiting_for"] is None
    assert (await season.service.published(DeclarationReturned))[0].reason_codes == ["period_wrong"]
    listed = (await draft.person.api.get("/declarations")).body["items"]
    assert [(one["id"], one["state"], one["actions"]) for one in listed] == [(draft.id, "returned", ["submit"])]


async def test_a_rejected_person_may_declare_from_another_unit(serve: Serve) -> None:
    """The same record goes on with the new unit; bound to the same unit it does not (4.4)."""
    season = await exam_season(serve)
    draft = await season.submitted()
    await season.decide(draft, "rejection", REJECTION)
    assert (await season.service.published(DeclarationRejected))[0].reason_codes == ["not_our_probationer"]
    assert (await season.start(draft.person)).code == "declaration_exists"
    other = await season.has_unit("接收医院")
    await season.binds(draft.person, other)
    again = await season.start(draft.person)
    assert (again.status, again.body["id"], again.body["state"]) == (201, draft.id, "draft")
    draft.version = again.body["version"]
    await season.save(draft, complete_content(other))
    assert (await season.submit(draft)).body["submission"] == 2
    assert (await season.reviewer().get(f"/reviews/{draft.id}")).status == 404
