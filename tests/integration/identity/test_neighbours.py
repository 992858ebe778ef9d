"""What identity tells the others, heard by the others: the same sealed events, from public interface to interface."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.clock import SHANGHAI, FrozenClock
from shared.contracts.declaration import DeclarationRevoked
from shared.contracts.event import Event
from shared.contracts.identity import ExemptChannelChanged, PersonRevoked, PersonVerified
from shared.contracts.institution import BindingChanged
from shared.ids import new_id
from tests.integration.declaration.filing.year import YEAR, Declared, exam_year
from tests.integration.identity.cards import CONSENT, card, upload
from tests.integration.identity.people import resident_number
from tests.integration.identity.reviewing import waits
from tests.integration.institution.library import Library
from tests.support.service_under_test import Serve, ServiceUnderTest

NOW = datetime(2027, 1, 8, 10, 0, tzinfo=SHANGHAI)


async def passed_on(source: ServiceUnderTest, kind: type[Event], *others: ServiceUnderTest) -> None:
    """Everything of a kind that was published, delivered to the others."""
    for event in await source.published(kind):
        for other in others:
            await other.deliver(event)


async def verified(identity: ServiceUnderTest, n: int, **details: Any) -> str:
    """Somebody verified by a reviewer."""
    _, person = await waits(identity, resident_number(n), "林试用", kind="resident_id", n=n)
    staff = identity.caller("identity_reviewer")
    done = await staff.post(f"/verification-requests/{person}/approval", details, version=1)
    assert done.status == 200, done.body
    return person


async def changes(identity: ServiceUnderTest, person: str) -> None:
    """The person asks for a Hong Kong card, with new photos, and a reviewer says yes."""
    caller = identity.caller("candidate", id=UUID(person))
    assert (await caller.post("/consents", CONSENT)).status == 201
    identity.clock.advance(timedelta(minutes=1))
    for side in ("front", "back"):
        assert (await upload(caller, side, card(2)[1])).status == 200
    claim = {"name": "林试用", "document_no": "A123456(3)", "document_type": "hk_id"}
    assert (await caller.post("/verification/document-change", claim, version=2)).status == 202
    staff = identity.caller("identity_reviewer")
    read = {"sex": "2", "birth_date": "1993-03-07"}
    done = await staff.post(f"/verification-requests/{person}/approval", read, version=3)
    assert done.status == 200, done.body


@pytest.mark.requirement("V25", "C5")
async def test_a_revocation_ends_binding_and_declaration(serve: Serve) -> None:
    """The zone revokes at identity: institution ends the binding, declaration revokes what was approved and tells
    institution, and the national network is told so at its next question."""
    identity, year = await serve("identity", FrozenClock(NOW)), await exam_year(serve)
    library = await Library.open(await serve("institution", FrozenClock(NOW)), FrozenClock(NOW))
    person = await verified(identity, 1)
    await passed_on(identity, PersonVerified, year.service, library.service)
    hospital = await library.hospital()
    candidate = library.service.caller("candidate", id=UUID(person))
    assert (await candidate.post("/bindings", await library.entry(hospital))).status == 201
    declared = Declared(new_id(), UUID(person), "林试用", resident_number(1))
    await year.declare("approved", person=declared)
    zone = identity.caller("zone_admin", scope_id=new_id())
    done = await zone.post(f"/persons/{person}/revocation", {"reason_code": "fraud"}, version=2)
    assert done.status == 200
    await passed_on(identity, PersonRevoked, year.service, library.service)
    await passed_on(year.service, DeclarationRevoked, library.service)
    assert (await candidate.get("/bindings/current")).body == {"binding": None}
    assert [event.state for event in await library.service.published(BindingChanged)] == ["active", "ended"]
    question = {"document_type": "resident_id", "document_no": resident_number(1), "exam_year": YEAR, "name": "林试用"}
    assert (await year.asked(question)).body["status"] == "revoked"


@pytest.mark.requirement("A17")
async def test_the_military_channel_reaches_the_network(serve: Serve) -> None:
    """Chosen at identity, answered at declaration as exempt for that number, name and year; taken back, there is
    nothing."""
    identity, year = await serve("identity", FrozenClock(NOW)), await exam_year(serve)
    caller, _ = await waits(identity, "E1234567", n=1)
    choice = {"kind": "military", "name": "军医试", "document_no": resident_number(5)}
    assert (await caller.post("/exempt-channel", choice)).status == 200
    await passed_on(identity, ExemptChannelChanged, year.service)
    question = {"document_type": "resident_id", "document_no": resident_number(5), "exam_year": YEAR, "name": "军医试"}
    assert (await year.asked(question)).body["status"] == "exempt_channel"
    assert (await caller.post("/exempt-channel/withdrawal")).status == 200
    await passed_on(identity, ExemptChannelChanged, year.service)
    assert (await year.asked(question)).body["status"] == "none"


@pytest.mark.requirement("C5")
async def test_a_changed_document_leads_to_the_same_person(serve: Serve) -> None:
    """After a change of document the network finds the declaration by the old number and by the new one."""
    identity, year = await serve("identity", FrozenClock(NOW)), await exam_year(serve)
    person = await verified(identity, 3)
    await changes(identity, person)
    await passed_on(identity, PersonVerified, year.service)
    await year.declare("filed", person=Declared(new_id(), UUID(person), "林试用", resident_number(3)))
    for kind, number in (("resident_id", resident_number(3)), ("hk_id", "A1234563")):
        question = {"document_type": kind, "document_no": number, "exam_year": YEAR, "name": "林试用"}
        assert (await year.asked(question)).body["status"] == "filed"
