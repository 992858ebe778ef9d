"""The unit's queue: claims that time out, filters, pages, deadlines, and looks that leave a trace."""

from datetime import timedelta

import pytest

from shared.contracts.identity_staff import StaffChanged
from shared.ids import new_id
from tests.integration.declaration.forms import REASONS
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


async def test_a_claim_holds_for_its_time(serve: Serve) -> None:
    """A colleague waits while a claim holds, may take over afterwards, and the worker returns it to the queue (P6)."""
    season = await exam_season(serve)
    draft = await season.submitted()
    mine, colleague = season.reviewer(), season.reviewer()
    assert (await season.decide(draft, "claim", by=mine)).body["state"] == "under_review"
    for step, body in (("claim", None), ("approval", None), ("return", REASONS)):
        assert (await season.decide(draft, step, body, colleague)).code == "claimed_by_another"
    season.later(timedelta(minutes=31))
    jobs = {job.name: job for job in season.service.definition.jobs}
    await jobs["release-claims"].run(season.service.deps)
    assert await season.state_of(draft) == "submitted"
    draft.version += 1
    assert (await season.decide(draft, "approval", by=season.reviewer())).status == 200


@pytest.mark.requirement("V25")
async def test_claims_of_a_disabled_account_are_released(serve: Serve) -> None:
    """When identity tells that a reviewer was disabled, all he had claimed goes back into the queue, what others hold
    stays; told twice, or told of a mere lock, nothing more happens (4.8)."""
    season = await exam_season(serve)
    his, also_his, theirs = [await season.submitted() for _ in range(3)]
    gone = new_id()
    for draft in (his, also_his):
        assert (await season.decide(draft, "claim", by=season.reviewer(id=gone))).status == 200
    assert (await season.decide(theirs, "claim")).status == 200

    async def tell(state: str) -> None:
        await season.service.deliver(
            StaffChanged.model_validate(
                {
                    "occurred_at": season.clock.now(),
                    "aggregate_version": 5,
                    "staff_id": gone,
                    "role": "institution_business_admin",
                    "scope_kind": "institution",
                    "scope_id": season.unit.id,
                    "state": state,
                    "name": "",
                    "phone": "",
                }
            )
        )

    await tell("locked")
    assert await season.state_of(his) == "under_review"
    for _ in range(2):
        await tell("disabled")
        states = [await season.state_of(one) for one in (his, also_his, theirs)]
        assert states == ["submitted", "submitted", "under_review"]
    his.version += 1
    assert (await season.decide(his, "claim")).status == 200


async def test_decisions_end_with_the_review_deadline(serve: Serve) -> None:
    """After the deadline of the cycle nothing is decided any more; the worker moves the year along its dates (4.9)."""
    season = await exam_season(serve)
    draft = await season.submitted()
    season.later(timedelta(days=20))
    assert (await season.decide(draft, "approval")).code == "review_deadline_passed"
    jobs = {job.name: job for job in season.service.definition.jobs}
    await jobs["advance-cycles"].run(season.service.deps)
    current = (await season.service.anonymous().get("/cycles/current")).body
    assert current["state"] == "review_closed"


async def test_the_queue_is_filtered_and_paged(serve: Serve) -> None:
    """By state, receipt number, whole name and whole document number; pages do not repeat or lose anybody."""
    season = await exam_season(serve)
    drafts = []
    for _ in range(3):
        drafts.append(await season.submitted())
        season.later(timedelta(minutes=1))
    await season.decide(drafts[0], "approval")
    reviewer, person = season.reviewer(), drafts[1].person
    assert len((await reviewer.get("/reviews")).body["items"]) == 2
    assert len((await reviewer.get("/reviews?state=all")).body["items"]) == 3
    assert (await reviewer.get("/reviews?state=sleeping")).code == "state_unknown"
    for text in (person.name, person.document_no, "d2027-000002"):
        found = (await reviewer.post("/review-searches", {"q": text})).body["items"]
        assert [one["id"] for one in found] == [drafts[1].id], text
    assert [one["id"] for one in (await reviewer.get("/reviews?q=d2027-000002")).body["items"]] == [drafts[1].id]
    # What belongs to a person may not stand in an address.
    for text in (person.name, person.document_no):
        assert (await reviewer.get(f"/reviews?q={text}")).status == 422
    shown = (await reviewer.post("/review-searches", {"q": person.name})).body["items"][0]
    assert person.document_no not in str(shown)
    assert person.name not in str(shown)
    first = (await reviewer.get("/reviews?state=all&limit=2")).body
    second = (await reviewer.get(f"/reviews?state=all&limit=2&cursor={first['next_cursor']}")).body
    assert [one["id"] for one in (*first["items"], *second["items"])] == [one.id for one in drafts]
    assert second["next_cursor"] is None


async def test_looking_at_papers_is_audited(serve: Serve) -> None:
    """A reviewer sees the submission's files and nothing else, and every look leaves an audit entry (V64)."""
    season = await exam_season(serve)
    draft = await season.submitted()
    review = (await season.reviewer().get(f"/reviews/{draft.id}")).body
    document_id = review["documents"][0]["id"]
    got = await season.reviewer().get(f"/reviews/{draft.id}/files/{document_id}")
    assert (got.status, got.headers["Content-Type"]) == (200, "image/jpeg")
    assert (await season.reviewer().get(f"/reviews/{draft.id}/files/{new_id()}")).status == 404
    looks = "SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = $2"
    assert await season.count(looks, draft.id, "declaration.view") == 1
    assert await season.count(looks, draft.id, "declaration.open_file") == 1


async def test_who_took_it_back_and_left_is_out_of_sight(serve: Serve) -> None:
    """A withdrawn declaration stays visible to the bound unit, and is counted; once the person is bound elsewhere it is
    neither found nor counted."""
    season = await exam_season(serve)
    draft = await season.submitted()
    withdrawn = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    assert withdrawn.status == 200
    reviewer = season.reviewer()
    assert (await reviewer.get(f"/reviews/{draft.id}")).status == 200
    shown = (await reviewer.get("/reviews?state=withdrawn")).body
    assert (len(shown["items"]), shown["counts"]) == (1, {"withdrawn": 1})
    await season.binds(draft.person, await season.has_unit("接收医院"))
    assert (await reviewer.get(f"/reviews/{draft.id}")).status == 404
    shown = (await reviewer.get("/reviews?state=withdrawn")).body
    assert (shown["items"], shown["counts"]) == ([], {})
