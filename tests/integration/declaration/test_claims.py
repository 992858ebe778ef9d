"""Claims: kept for another while, given back, handed over by the owner (P6)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.declaration import ReviewAssigned
from shared.contracts.identity_staff import StaffChanged
from shared.ids import new_id
from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Serve


async def knows(season: Season, staff_id: UUID, *, scope_id: UUID | None = None, **more: Any) -> UUID:
    """Identity tells of a staff account, a business admin of the unit unless `more` says otherwise."""
    account = {
        "occurred_at": season.clock.now(),
        "aggregate_version": 1,
        "staff_id": staff_id,
        "role": "institution_business_admin",
        "scope_kind": "institution",
        "scope_id": scope_id or season.unit.id,
        "state": "active",
        "name": "",
        "phone": "",
    }
    await season.service.deliver(StaffChanged.model_validate(account | more))
    return staff_id


@pytest.mark.requirement("P6")
async def test_a_claim_is_kept_and_given_back(serve: Serve) -> None:
    """Its holder extends it from now on and puts it back into the queue; who does not hold it can do neither."""
    season = await exam_season(serve)
    draft = await season.submitted()
    mine, colleague = season.reviewer(), season.reviewer()
    path = f"/reviews/{draft.id}/claim"
    assert (await mine.call("DELETE", path, version=draft.version)).code == "claim_not_held"
    await season.decide(draft, "claim", by=mine)
    assert (await season.decide(draft, "claim-extension", by=colleague)).code == "claimed_by_another"
    season.later(timedelta(minutes=20))
    mine_again = season.reviewer(id=await holder(season, draft.id))
    extended = await season.decide(draft, "claim-extension", by=mine_again)
    assert datetime.fromisoformat(extended.body["claimed_until"]) == season.clock.now() + timedelta(minutes=30)
    back = await mine_again.call("DELETE", path, version=draft.version)
    assert (back.status, back.body["state"], back.body["claimed_until"]) == (200, "submitted", None)
    draft.version = back.body["version"]
    assert (await season.decide(draft, "claim-extension", by=mine_again)).code == "claim_not_held"
    assert (await season.decide(draft, "claim", by=season.reviewer())).status == 200


@pytest.mark.requirement("P6")
async def test_the_owner_hands_a_review_over(serve: Serve) -> None:
    """Whoever held it: the other one holds it now and is told; accounts of other units, disabled ones and owners are
    refused, and the owner still decides nothing."""
    season = await exam_season(serve)
    draft = await season.submitted()
    owner = season.service.caller("institution_owner", scope_id=season.unit.id)
    await season.decide(draft, "claim")
    elsewhere = await knows(season, new_id(), scope_id=new_id())
    disabled = await knows(season, new_id(), state="disabled")
    other_owner = await knows(season, new_id(), role="institution_owner")
    for staff_id in (elsewhere, disabled, other_owner, new_id()):
        refused = await season.decide(draft, "reassignment", {"staff_id": str(staff_id)}, owner)
        assert (refused.status, refused.code) == (422, "reviewer_unknown")
    heir = await knows(season, new_id())
    handed = await season.decide(draft, "reassignment", {"staff_id": str(heir)}, owner)
    assert (handed.status, handed.body["state"]) == (200, "under_review")
    assert await holder(season, draft.id) == heir
    (told,) = await season.service.published(ReviewAssigned)
    assert (told.staff_id, told.declaration_id) == (heir, UUID(draft.id))
    assert (await season.decide(draft, "approval", by=season.reviewer())).code == "claimed_by_another"
    assert (await season.decide(draft, "approval", by=owner)).status == 403
    assert (await season.decide(draft, "reassignment", {"staff_id": str(heir)}, season.reviewer())).status == 403
    assert (await season.decide(draft, "approval", by=season.reviewer(id=heir))).status == 200


async def holder(season: Season, declaration_id: str) -> UUID:
    """Who has claimed it."""
    async with season.service.database.read() as reader:
        found: UUID = await reader.fetchval("SELECT claimed_by FROM declaration WHERE id = $1", declaration_id)
        return found
