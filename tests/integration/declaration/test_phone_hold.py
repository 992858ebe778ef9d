"""After a change of phone nobody withdraws a submission for a day; submitting is never held up (V9, P17)."""

from datetime import timedelta

import pytest

from shared.contracts.identity import PhoneChanged
from shared.ids import PersonId
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("V9")
@pytest.mark.parametrize("told", [True, False])
async def test_a_submission_can_not_be_withdrawn_for_a_day(serve: Serve, told: bool) -> None:
    """Who changed the phone submits as always, and withdraws after a day; where the change was not heard of (the
    control) the withdrawal succeeds at once."""
    season = await exam_season(serve)
    draft = await season.draft()
    service, person_id = season.service, PersonId(draft.person.id)
    changed = PhoneChanged(
        occurred_at=service.clock.now(),
        aggregate_version=5,
        person_id=person_id,
        old_phone="c2VhbGVkIGZvciBvdGhlcnM=",
        held_until=service.clock.now() + timedelta(hours=24),
    )
    if told:
        await service.deliver(changed)
    done = await season.submit(draft)
    assert done.status == 201, done.body
    path = f"{draft.path}/withdrawal"
    first = await draft.person.api.post(path, version=done.body["version"])
    assert (first.status, first.code) == ((403, "held_after_phone_change") if told else (200, ""))
    assert await season.state_of(draft) == ("submitted" if told else "withdrawn")
    if told:
        service.clock.advance(timedelta(hours=24))
        api = service.caller("candidate", id=person_id)
        later = await api.post(path, version=done.body["version"])
        assert later.status == 200, later.body
