"""A unit of three reviewers whose approvals take two of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.test_claims import knows
from tests.support.service_under_test import Answer, Caller, Serve


@dataclass(slots=True)
class Pair:
    """`first`, `second` and `third` are accounts of the unit that identity told of."""

    season: Season
    first: UUID
    second: UUID
    third: UUID

    def by(self, staff_id: UUID) -> Caller:
        """One of them."""
        return self.season.reviewer(id=staff_id)

    async def approves(self, draft: Draft, staff_id: UUID) -> Answer:
        """POST the approval."""
        return await self.season.decide(draft, "approval", by=self.by(staff_id))

    async def once_approved(self) -> Draft:
        """A declaration that waits for its second look."""
        draft = await self.season.submitted()
        said = await self.approves(draft, self.first)
        assert (said.status, said.body["state"]) == (200, "submitted"), said.body
        return draft

    async def takes_back(self, draft: Draft, staff_id: UUID) -> Answer:
        """DELETE the first approval; the draft moves to the new version."""
        path = f"/reviews/{draft.id}/first-approval"
        done = await self.by(staff_id).call("DELETE", path, version=draft.version)
        if done.status == 200:
            draft.version = done.body["version"]
        return done

    async def shown(self, draft: Draft) -> dict[str, Any]:
        """The review page, for a colleague."""
        return dict((await self.by(self.third).get(f"/reviews/{draft.id}")).body)

    async def trail(self, draft: Draft) -> set[tuple[str, UUID, UUID | None]]:
        """(action, who, the first reviewer named beside) of every entry about approvals, out of the audit trail."""
        query = (
            "SELECT action, (entry::jsonb ->> 'actor_id')::uuid AS by, "
            "(entry::jsonb #>> '{facts,first_approval_by}')::uuid AS first "
            "FROM audit_entry WHERE subject_id = $1 AND (action ~ 'approv' OR entry ~ 'first_approval_by')"
        )
        async with self.season.service.database.read() as reader:
            return {tuple(row) for row in await reader.fetch(query, UUID(draft.id))}


async def asks_for_two(season: Season, wanted: bool = True) -> None:
    """The zone sets it for the year."""
    path = f"/cycles/{season.cycle_id}/review-policy"
    done = await season.zone.put(path, {"second_reviewer": wanted})
    assert (done.status, done.body["second_reviewer"]) == (200, wanted), done.body


async def pair(serve: Serve) -> Pair:
    """The season, with the setting on."""
    season = await exam_season(serve)
    staff = [await knows(season, new_id()) for _ in range(3)]
    await asks_for_two(season)
    return Pair(season, *staff)
