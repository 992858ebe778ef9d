"""Bindings follow their institutions: frozen, thawed, and moved to a successor, some at a time (4.2, 4.3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.institution.domain.institution_life import InstitutionEvent
from services.institution.scheduled.bindings import follow, follow_all
from services.institution.storage import institutions
from services.institution.use_cases.bindings import carry_bindings_over as carrying
from services.institution.use_cases.bindings import follow_institutions as following
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import SYSTEM
from shared.contracts.declaration import DeclarationSubmitted
from shared.contracts.institution import BindingChanged
from shared.ids import new_id
from tests.integration.institution.library import Hospital, Library


async def move(
    library: Library, hospital: Hospital, event: InstitutionEvent, successor: Hospital | None = None
) -> None:
    """An institution changes its state, as whoever has the right to makes it."""
    async with library.service.database.transaction() as tx:
        before = await institutions.lock(tx, hospital.id, hospital.id)
        now = library.clock.now()
        await move_institution(tx, before, event, actor=SYSTEM, now=now, action=f"institution.{event}")
        if successor is not None:
            await carrying.order_binding_move(tx, hospital.id, successor.id, now)


async def current(library: Library, person_id: UUID) -> Any:
    """The binding in force."""
    person = library.service.caller("candidate", id=person_id)
    return (await person.get("/bindings/current")).body["binding"]


async def test_a_suspension_freezes_and_a_resumption_thaws(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """All people of the institution and nobody else, in batches, each told once however often the job runs."""
    monkeypatch.setattr(following, "BATCH", 2)
    hospital, other = await library.hospital(), await library.hospital()
    inside = [(await library.bound(hospital))[0] for _ in range(5)]
    outside = (await library.bound(other))[0]
    for event, state in (("suspend", "frozen"), ("resume", "active")):
        await move(library, hospital, event)  # type: ignore[arg-type]
        for _ in range(2):
            await follow(library.service.deps)
        assert [(await current(library, one))["state"] for one in inside] == [state] * 5
        assert (await current(library, outside))["state"] == "active"
    moves = [event.move for event in await library.service.published(BindingChanged)]
    assert (moves.count("freeze"), moves.count("thaw")) == (5, 5)


@pytest.mark.requirement("A25")
async def test_who_is_frozen_may_change(library: Library) -> None:
    """Closed for good: the binding stays frozen, and its person goes elsewhere with the code of there."""
    hospital, other = await library.hospital(), await library.hospital()
    person_id, person, _ = await library.bound(hospital)
    await move(library, hospital, "close")
    await follow(library.service.deps)
    assert (await current(library, person_id))["state"] == "frozen"
    assert (await person.post("/bindings/change", await library.entry(other))).status == 201
    assert (await current(library, person_id))["institution_id"] == str(other.id)


async def test_a_worker_that_rested_for_days_catches_up(library: Library) -> None:
    """What changed longer than a day ago is left to the hourly look at everything."""
    hospital = await library.hospital()
    person_id, _, _ = await library.bound(hospital)
    await move(library, hospital, "suspend")
    library.clock.advance(timedelta(days=3))
    await follow(library.service.deps)
    assert (await current(library, person_id))["state"] == "active"
    await follow_all(library.service.deps)
    assert (await current(library, person_id))["state"] == "frozen"


@pytest.mark.requirement("A25")
async def test_a_merger_moves_all_bindings_to_the_successor(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a gap, in batches, `since` going on; requests end; what was declared at the old one holds at the new."""
    monkeypatch.setattr(carrying, "BATCH", 2)
    hospital, successor = await library.hospital(), await library.hospital()
    people = [await library.bound(hospital) for _ in range(5)]
    asker_id, asker = await library.person()
    assert (await asker.post("/binding-requests", {"institution_id": str(hospital.id)})).status == 201
    declared = library.declaration(DeclarationSubmitted, new_id(), people[0][0], hospital, 3)
    await library.service.deliver(declared)
    library.clock.advance(timedelta(minutes=5))
    await move(library, hospital, "merge", successor)
    for _ in range(2):
        await follow(library.service.deps)
    for person_id, _, old in people:
        binding = await current(library, person_id)
        assert (binding["institution_id"], binding["state"]) == (str(successor.id), "active")
        assert (binding["since"], binding["version"]) == (old["bound_at"], 1)
    assert await current(library, asker_id) is None
    held_id, held, _ = people[0]
    binding = await current(library, held_id)
    refused = await held.post(f"/bindings/{binding['id']}/end", version=1)
    assert refused.code == "declaration_under_review"
    free = await people[1][1].post(f"/bindings/{(await current(library, people[1][0]))['id']}/end", version=1)
    assert free.status == 200
    async with library.service.database.read() as reader:
        done = await reader.fetchval("SELECT moved FROM binding_move WHERE done_at IS NOT NULL")
    assert done == 6
    moves = [event.move for event in await library.service.published(BindingChanged)]
    assert moves.count("move") == moves.count("carry_over") == 5
    assert "freeze" not in moves
