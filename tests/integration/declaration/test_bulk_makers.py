"""A bulk whose maker this service has not heard of yet."""

from datetime import timedelta

import pytest

from shared.ids import new_id
from tests.integration.declaration.season import exam_season
from tests.integration.declaration.test_bulk_decisions import Desk, counts
from tests.integration.declaration.test_claims import knows
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A38", "M11", "V24")
async def test_a_bulk_waits_until_its_maker_is_known(serve: Serve) -> None:
    """Sent before identity's word of the account arrives: no row is tried, and others come first; then it goes on. A
    word that the account is disabled makes the rows wrong, and so does an hour without any."""
    season = await exam_season(serve)
    drafts = [await season.submitted() for _ in range(3)]
    unheard = [Desk(season, new_id()) for _ in range(2)]
    bulks = [await one.select([draft]) for one, draft in zip(unheard, drafts, strict=False)]
    assert [counts(bulk) for bulk in bulks] == [("received", 0, 0, 0, 0)] * 2
    assert [await one.rows(bulk) for one, bulk in zip(unheard, bulks, strict=True)] == [[("unread", [])]] * 2
    behind = Desk(season, await knows(season, new_id()))
    assert counts(await behind.start(await behind.select(drafts[2:]))) == ("done", 0, 0, 1, 0)
    await knows(season, unheard[0].staff_id)
    await knows(season, unheard[1].staff_id, state="disabled")
    checked = [await one.worked(bulk) for one, bulk in zip(unheard, bulks, strict=True)]
    assert [counts(bulk) for bulk in checked] == [("checked", 0, 1, 0, 0), ("checked", 1, 0, 0, 0)]
    assert await unheard[1].rows(bulks[1]) == [("wrong", ["reviewer_without_rights"])]
    assert counts(await unheard[0].start(checked[0])) == ("done", 0, 0, 1, 0)
    assert [await season.state_of(draft) for draft in drafts] == ["approved", "submitted", "approved"]
    never = Desk(season, new_id())
    forgotten = await never.select([drafts[1]])
    assert counts(await never.worked(forgotten)) == ("received", 0, 0, 0, 0)
    season.clock.advance(timedelta(hours=1, seconds=1))
    never.api = season.reviewer(id=never.staff_id)
    assert counts(await never.worked(forgotten)) == ("checked", 1, 0, 0, 0)
    assert await never.rows(forgotten) == [("wrong", ["reviewer_without_rights"])]
