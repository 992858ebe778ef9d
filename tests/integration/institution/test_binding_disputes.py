"""A declaration and the end of its binding pass each other: the declaration stands, the end is taken back (A25)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.institution.scheduled.bindings import note_unsettled, settle
from services.institution.storage import bindings
from services.institution.use_cases.bindings.end_binding import end_binding
from shared.actor import Actor
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationFiled,
    DeclarationReturned,
    DeclarationSubmitted,
    DeclarationWithdrawn,
)
from shared.contracts.identity import PersonRevoked
from shared.contracts.institution import BindingChanged
from shared.ids import PersonId, new_id
from shared.postgres.transaction import Transaction
from tests.integration.institution.library import Hospital, Library
from tests.support.waiting import wait_until

MORE: dict[type[DeclarationEvent], dict[str, Any]] = {DeclarationFiled: {"list_id": new_id(), "provisional": False}}


async def end(library: Library, how: str, hospital: Hospital, person: Any, binding: dict[str, Any]) -> Hospital | None:
    """Leave by one of the three ways; where to, if anywhere."""
    if how == "unbind":
        assert (await person.post(f"/bindings/{binding['id']}/end", version=1)).status == 200
    elif how == "release":
        path = f"/institutions/{hospital.id}/bindings/{binding['id']}/release"
        assert (await hospital.owner.post(path, {"reason": "已离开本单位"}, version=1)).status == 200
    else:
        other = await library.hospital()
        assert (await person.post("/bindings/change", await library.entry(other))).status == 201
        return other
    return None


async def settled(library: Library) -> None:
    """The pause passes and the job runs."""
    library.clock.advance(timedelta(seconds=3))
    await settle(library.service.deps)


async def moves(library: Library) -> list[str | None]:
    """Steps of bindings that were told, in order."""
    return [event.move for event in await library.service.published(BindingChanged)]


@pytest.mark.requirement("A25")
@pytest.mark.parametrize("how", ["unbind", "release", "change"])
@pytest.mark.parametrize("kind", [DeclarationSubmitted, DeclarationApproved, DeclarationFiled])
async def test_a_declaration_that_was_not_heard_of_stands(
    library: Library, how: str, kind: type[DeclarationEvent]
) -> None:
    """Whatever ended the binding and whatever became of the declaration: the person is bound there again without a gap,
    the place he or she went to is left, each step is told once, and the next try to leave is refused."""
    hospital = await library.hospital()
    person_id, person, binding = await library.bound(hospital)
    library.clock.advance(timedelta(minutes=5))
    await end(library, how, hospital, person, binding)
    event = library.declaration(kind, new_id(), person_id, hospital, 3, **MORE.get(kind, {}))
    await library.service.deliver(event)
    await library.service.deliver(event)
    for _ in range(3):
        await settled(library)
    current = (await person.get("/bindings/current")).body["binding"]
    assert (current["institution_id"], current["state"]) == (str(hospital.id), "active")
    assert current["since"] == binding["bound_at"]
    left = "change" if how == "change" else how
    expected = ["bind", left, "bind", "undo", "restore"] if how == "change" else ["bind", left, "restore"]
    assert await moves(library) == expected
    history = (await person.get("/bindings")).body["items"]
    assert [one["state"] for one in history] == ["active", *["ended"] * (len(history) - 1)]
    if how != "change":
        assert current["bound_at"] == history[1]["ended_at"], "no gap"
    again = await person.post(f"/bindings/{current['id']}/end", version=1)
    assert again.code in ("declaration_under_review", "declaration_approved_or_filed")


async def test_a_declaration_that_is_given_up_takes_nothing_back(library: Library) -> None:
    """A withdrawal or return that travels right behind the submission: the end stays an end."""
    for kind, more in ((DeclarationWithdrawn, {}), (DeclarationReturned, {"reason_codes": ["other"]})):
        hospital = await library.hospital()
        person_id, person, binding = await library.bound(hospital)
        await end(library, "unbind", hospital, person, binding)
        declaration_id = new_id()
        first = library.declaration(DeclarationSubmitted, declaration_id, person_id, hospital, 3)
        await library.service.deliver(first)
        await library.service.deliver(library.declaration(kind, declaration_id, person_id, hospital, 4, **more))
        await settled(library)
        assert (await person.get("/bindings/current")).body["binding"] is None


async def test_a_submission_elsewhere_after_a_withdrawal_ends_where_it_was_made(library: Library) -> None:
    """Submitted at A, withdrawn, changed to B, submitted at B, all of it heard of late and one by one, with the job in
    between: the person ends at B."""
    hospital = await library.hospital()
    person_id, person, binding = await library.bound(hospital)
    other = await end(library, "change", hospital, person, binding)
    assert other is not None
    declaration_id = new_id()
    for kind, place, version in (
        (DeclarationSubmitted, hospital, 3),
        (DeclarationWithdrawn, hospital, 4),
        (DeclarationSubmitted, other, 6),
    ):
        await library.service.deliver(library.declaration(kind, declaration_id, person_id, place, version))
        await settled(library)
    current = (await person.get("/bindings/current")).body["binding"]
    assert current["institution_id"] == str(other.id)
    async with library.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM known_declaration WHERE disputed_at IS NOT NULL") == 0


async def test_nothing_is_taken_back_for_the_revoked_or_for_a_past_year(library: Library) -> None:
    """A revoked person's declaration falls anyway, and one of a year that is over holds nothing."""
    hospital = await library.hospital()
    for past in (True, False):
        person_id, person, binding = await library.bound(hospital)
        await end(library, "unbind", hospital, person, binding)
        year = {"cycle_year": 2026} if past else {}
        await library.service.deliver(
            library.declaration(DeclarationApproved, new_id(), person_id, hospital, 3, **year)
        )
        if not past:
            now = library.clock.now()
            await library.service.deliver(
                PersonRevoked(
                    occurred_at=now,
                    aggregate_version=9,
                    person_id=PersonId(person_id),
                    reason_code="fraud",
                    revoked_at=now,
                )
            )
        await settled(library)
        assert (await person.get("/bindings/current")).body["binding"] is None


async def test_what_can_not_be_taken_back_is_shown_to_operators(library: Library) -> None:
    """Somebody who was never bound there, and somebody whose new unit is held as well: a finding, not a guess; the next
    step of the declaration ends it."""
    hospital = await library.hospital()
    person_id, person, binding = await library.bound(hospital)
    other = await end(library, "change", hospital, person, binding)
    assert other is not None
    stranger_id, _ = await library.person()
    held, orphan, lonely = new_id(), new_id(), new_id()
    await library.service.deliver(library.declaration(DeclarationApproved, held, person_id, other, 3, cycle_year=2028))
    await library.service.deliver(library.declaration(DeclarationApproved, orphan, person_id, hospital, 3))
    await library.service.deliver(library.declaration(DeclarationApproved, lonely, stranger_id, hospital, 3))
    await settled(library)
    await note_unsettled(library.service.deps)
    assert (await library.service.findings()).get("unbound_declaration") == 2
    assert (await person.get("/bindings/current")).body["binding"]["institution_id"] == str(other.id)
    for declaration_id, whose in ((orphan, person_id), (lonely, stranger_id)):
        returned = library.declaration(DeclarationReturned, declaration_id, whose, hospital, 4, reason_codes=["other"])
        await library.service.deliver(returned)
    await note_unsettled(library.service.deps)
    assert (await library.service.findings()).get("unbound_declaration", 0) == 0


async def meet(library: Library) -> tuple[int, int]:
    """Within this one service: an end that read the guard and waits before its commit, and the news of a declaration at
    that moment. Open bindings and disputes afterwards."""
    hospital = await library.hospital()
    person_id, _, binding = await library.bound(hospital)
    event = library.declaration(DeclarationSubmitted, new_id(), person_id, hospital, 3)
    async with library.service.database.transaction() as tx:
        await end_binding(
            tx,
            UUID(binding["id"]),
            expected_version=1,
            held_until=library.service.deps.binding_held_until,
            actor=Actor("candidate", person_id, "candidate"),
            now=library.clock.now(),
        )
        hearing = asyncio.create_task(library.service.deliver(event))
        await wait_until(lambda: waits_or_is_done(library, hearing), what="the news to wait, or to be written")
    await hearing
    async with library.service.database.read() as reader:
        in_force = await reader.fetchval(
            "SELECT count(*) FROM binding WHERE person_id = $1 AND state IN ('active', 'frozen')", person_id
        )
        disputed = await reader.fetchval(
            "SELECT count(*) FROM known_declaration WHERE person_id = $1 AND disputed_at IS NOT NULL", person_id
        )
    return in_force, disputed


async def waits_or_is_done(library: Library, hearing: asyncio.Task[None]) -> bool:
    """Whether the news is through, or waits for a lock."""
    async with library.service.database.read() as reader:
        waiting = await reader.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    return hearing.done() or waiting > 0


async def test_an_end_and_the_news_of_a_declaration_take_turns(library: Library) -> None:
    """Inside this service too: either the guard sees the declaration, or the declaration sees the end."""
    assert await meet(library) == (0, 1)


async def test_without_the_lock_an_end_and_the_news_miss_each_other(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a look without a lock, and the declaration is left without a binding or a dispute."""

    async def look(tx: Transaction, person_id: UUID, institution_id: UUID) -> bool:
        current = await bindings.select_current(tx, person_id)
        return current is not None and current.institution_id == institution_id

    monkeypatch.setattr(bindings, "lock_open_at", look)
    assert await meet(library) == (0, 0)
