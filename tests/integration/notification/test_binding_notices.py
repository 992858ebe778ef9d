"""Who is told of which step of a binding, and how (4.3, B17)."""

from datetime import timedelta
from typing import Any

import pytest

from services.notification.storage.catalogue import Catalogue
from shared.contracts.declaration import DeclarationSubmitted
from shared.contracts.institution import BindingChanged
from shared.ids import BindingId, InstitutionId, new_id
from tests.integration.notification.test_inbox import INSTITUTION, PERSON, STAFF, _event, _people
from tests.support.service_under_test import Serve

# move, state -> what the person and what the unit reads, and whether a text is sent.
TOLD: dict[tuple[str | None, str], tuple[str | None, str | None, bool]] = {
    ("bind", "active"): ("binding_active", None, False),
    ("request", "pending"): (None, "binding_requested", False),
    ("confirm", "active"): ("binding_active", None, False),
    ("refuse", "ended"): ("binding_refused", None, True),
    ("cancel", "ended"): (None, None, False),
    ("expire", "ended"): ("binding_expired", None, True),
    ("supersede", "ended"): (None, None, False),
    ("unbind", "ended"): ("binding_ended", None, True),
    ("release", "ended"): ("binding_ended", None, True),
    ("freeze", "frozen"): ("binding_frozen", None, True),
    ("thaw", "active"): ("binding_thawed", None, False),
    ("undo", "ended"): ("binding_undone", "binding_undone", False),
    ("restore", "active"): ("binding_restored", "binding_restored_unit", True),
    ("move", "ended"): (None, None, False),
    ("carry_over", "active"): ("binding_moved", None, True),
    ("register", "active"): ("probation_registered", None, False),
    (None, "ended"): ("binding_ended", None, True),
}


@pytest.mark.requirement("A25")
async def test_every_step_is_told_to_whom_it_concerns(serve: Serve) -> None:
    """Each step has its words for person and unit, or none; told twice by the broker it shows once."""
    service = await serve("notification")
    await _people(service)
    person = service.caller("candidate", id=PERSON)
    unit = service.caller("institution_business_admin", id=STAFF, scope_id=INSTITUTION)
    seen: dict[str, int] = {"person": 0, "unit": 0}

    async def newest(caller: Any, who: str) -> str | None:
        items = (await caller.get("/messages?limit=100")).body["items"]
        grown, seen[who] = len(items) - seen[who], len(items)
        assert grown in (0, 1)
        assert not grown or "{" not in items[0]["body"]
        return items[0]["kind"] if grown else None

    for number, ((move, state), (to_person, to_unit, by_text)) in enumerate(TOLD.items()):
        event = BindingChanged(
            occurred_at=service.clock.now() + timedelta(seconds=number),
            aggregate_version=1,
            binding_id=BindingId(new_id()),
            person_id=PERSON,
            institution_id=InstitutionId(INSTITUTION),
            institution_name="江岸区虚构医院",
            state=state,  # type: ignore[arg-type]
            bound_at=None,
            ended_at=None,
            move=move,
        )
        for _ in range(2):
            await service.deliver(event)
        assert (await newest(person, "person"), await newest(unit, "unit")) == (to_person, to_unit), move
        async with service.database.read() as reader:
            texts = await reader.fetchval("SELECT count(*) FROM delivery WHERE event_id = $1", event.event_id)
        assert texts == int(by_text), move
        if by_text and to_person is not None:
            assert (await Catalogue(service.database).template(to_person, "zh", 1)).sms_code is not None


@pytest.mark.requirement("B17")
@pytest.mark.parametrize(
    ("warnings", "kind"),
    [([], "submitted"), (["W9"], "submitted"), (["no_early_registration"], "submitted_unregistered")],
)
async def test_a_unit_is_alerted_to_a_year_that_was_not_registered(
    serve: Serve, warnings: list[str], kind: str
) -> None:
    """The message about the submission says that nobody registered the start."""
    service = await serve("notification")
    await _people(service)
    await service.deliver(_event(service, DeclarationSubmitted, submission=1, warnings=warnings))
    unit = service.caller("institution_business_admin", id=STAFF, scope_id=INSTITUTION)
    (told,) = (await unit.get("/messages")).body["items"]
    assert (told["kind"], "D2027-000001" in told["body"]) == (kind, True)
