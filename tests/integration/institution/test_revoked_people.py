"""A person whose verification was revoked is bound to nothing any more, whatever declarations hold the binding."""

import asyncio
from uuid import UUID

import pytest

from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonRevoked
from shared.contracts.institution import BindingChanged
from shared.ids import PersonId, new_id
from tests.integration.institution.library import Library


def revoked(library: Library, person_id: UUID, version: int = 9) -> PersonRevoked:
    """The news of a revocation."""
    now = library.clock.now()
    return PersonRevoked(
        occurred_at=now, aggregate_version=version, person_id=PersonId(person_id), reason_code="fraud", revoked_at=now
    )


async def test_the_binding_ends_and_none_can_be_made(library: Library) -> None:
    """An approved declaration holds the binding against the person, not against the revocation; once ended it stays
    ended, also when the news comes again, and the right code binds no more."""
    hospital = await library.hospital()
    person_id, person, binding = await library.bound(hospital)
    await library.service.deliver(library.declaration(DeclarationApproved, new_id(), person_id, hospital, 4))
    held = await person.call("DELETE", f"/bindings/{binding['id']}", version=binding["version"])
    assert held.status == 409 or held.status == 404 or held.status == 405
    for _ in range(2):
        await library.service.deliver(revoked(library, person_id))
    assert (await person.get("/bindings/current")).body == {"binding": None}
    events = await library.service.published(BindingChanged)
    assert [(e.state, e.aggregate_version) for e in events] == [("active", 1), ("ended", 2)]
    (ended,) = (await person.get("/bindings")).body["items"]
    assert (ended["state"], ended["ended_by"]) == ("ended", "system")
    refused = await person.post("/bindings", await library.entry(hospital))
    assert (refused.status, refused.code) == (409, "identity_revoked")


async def test_the_news_may_come_before_the_verification(library: Library) -> None:
    """A revocation that overtakes the verification holds all the same."""
    hospital, person_id = await library.hospital(), new_id()
    await library.service.deliver(revoked(library, person_id, version=2))
    await library.service.deliver(library.person_verified(person_id, "李*"))
    person = library.service.caller("candidate", id=person_id)
    assert (await person.post("/bindings", await library.entry(hospital))).code == "identity_revoked"


@pytest.mark.parametrize("seed", range(5))
async def test_binding_and_revocation_at_once_leave_no_binding(library: Library, seed: int) -> None:
    """Whichever comes first: afterwards the revoked person has no open binding."""
    hospital = await library.hospital()
    entry = await library.entry(hospital)
    person_id, person = await library.person()
    await asyncio.gather(person.post("/bindings", entry), library.service.deliver(revoked(library, person_id)))
    assert (await person.get("/bindings/current")).body == {"binding": None}, seed
