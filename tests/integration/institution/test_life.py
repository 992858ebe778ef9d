"""Suspension, resumption, merger and closure over HTTP, and what they do to the bound people (4.2, 4.3, B15)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.institution.consumers.on_evaluation_recorded import DeclarationNotKnownYet
from services.institution.domain.institution import Institution
from services.institution.scheduled.bindings import follow
from services.institution.storage import institutions
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationFiled,
    DeclarationSubmitted,
    ModificationAllowed,
)
from shared.contracts.declaration_evaluation import EvaluationRecorded
from shared.contracts.institution import BindingChanged, InstitutionChanged, InstitutionMoved
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer, Caller
from tests.support.waiting import wait_until

INQUIRY = {"reason_code": "inquiry", "note": "接群众反映，正在核查"}


async def moved(by: Caller, hospital: Hospital, verb: str, body: Any, version: int) -> Answer:
    """One step of an exam body."""
    return await by.post(f"/institutions/{hospital.id}/{verb}", body, version=version)


async def states_of(library: Library, people: list[Caller]) -> list[str | None]:
    """The state of each one's binding in force."""
    found = [(await person.get("/bindings/current")).body["binding"] for person in people]
    return [None if one is None else one["state"] for one in found]


@pytest.mark.requirement("B15")
async def test_a_suspension_freezes_and_a_resumption_thaws(library: Library) -> None:
    """Suspended with a reason, nobody binds and the bound are frozen, each told once; resumed, all is as before; the
    owner reads why."""
    hospital = await library.hospital()
    people = [(await library.bound(hospital))[1] for _ in range(3)]
    _, latecomer = await library.person()
    entry = await library.entry(hospital)
    suspended = await moved(library.zone, hospital, "suspension", INQUIRY, 3)
    assert (suspended.status, suspended.body["state"], suspended.body["version"]) == (200, "suspended", 4)
    await follow(library.service.deps)
    assert await states_of(library, people) == ["frozen"] * 3
    assert (await latecomer.post("/bindings", entry)).code == "institution_not_active"
    life = (await hospital.owner.get(f"/institutions/{hospital.id}/life")).body["steps"][-1]
    assert (life["step"], life["reason"], life["note"]) == ("suspend", "正在接受调查", INQUIRY["note"])
    resumed = await moved(library.zone, hospital, "resumption", None, 4)
    assert resumed.body["state"] == "active"
    await follow(library.service.deps)
    assert await states_of(library, people) == ["active"] * 3
    told = [(one.state, one.aggregate_version) for one in await library.service.published(BindingChanged)]
    assert sorted(told) == sorted([("active", 1), ("frozen", 2), ("active", 3)] * 3)
    steps = [one.step for one in await library.service.published(InstitutionMoved)]
    assert steps == ["complete", "suspend", "resume"]


async def test_a_step_needs_its_reason_and_the_current_version(library: Library) -> None:
    """Without reason, with one of another step, or with a stale version nothing happens."""
    hospital = await library.hospital()
    assert (await moved(library.zone, hospital, "suspension", {}, 3)).status == 422
    other = await moved(library.zone, hospital, "suspension", {"reason_code": "dissolved"}, 3)
    assert other.code == "reason_not_offered"
    assert (await moved(library.zone, hospital, "suspension", INQUIRY, 2)).code == "stale_version"
    assert (await moved(library.zone, hospital, "resumption", None, 3)).code == "institution_not_suspended"
    assert (await library.zone.get(f"/institutions/{hospital.id}")).body["version"] == 3


@pytest.mark.requirement("A31")
async def test_a_merger_carries_people_and_names_over(library: Library) -> None:
    """The bound people stand at the successor in the same moment, the old binding ended; the old name and its former
    names find the successor; the merged one names it in its event and is found no more."""
    old, new = await library.hospital(name="虚构旧城医院"), await library.hospital(name="虚构新城医院")
    people = [await library.bound(old) for _ in range(3)]
    body = {"reason_code": "merged", "successor_id": str(new.id)}
    merged = await moved(library.zone, old, "merger", body, 3)
    assert (merged.status, merged.body["state"]) == (200, "merged")
    await follow(library.service.deps)
    for person_id, person, _ in people:
        history = (await person.get("/bindings")).body["items"]
        assert [(one["institution_id"], one["state"]) for one in history] == [
            (str(new.id), "active"),
            (str(old.id), "ended"),
        ]
        news = [one for one in await library.service.published(BindingChanged) if one.person_id == person_id]
        assert [(one.institution_id, one.state) for one in news][1:] == [(old.id, "ended"), (new.id, "active")]
    searcher = library.service.caller("candidate")
    found = (await searcher.get("/institution-search?q=旧城")).body["items"]
    assert [(one["id"], one["matched"]["name"]) for one in found] == [(str(new.id), "虚构旧城医院")]
    assert (await library.zone.get(f"/institutions/{new.id}")).body["former_names"] == ["虚构旧城医院"]
    last = [one for one in await library.service.published(InstitutionChanged) if one.institution_id == old.id][-1]
    assert (last.state, last.successor_id) == ("merged", new.id)
    assert (await library.zone.get(f"/institutions/{old.id}/life")).body["successor_id"] == str(new.id)


@pytest.mark.parametrize("step", ["merger", "closure"])
async def test_no_year_is_stranded_at_an_institution_that_goes(library: Library, step: str) -> None:
    """While a declaration there waits for review or for filing the institution stays: nobody else could decide it. Sent
    back, or of a year that is over, it holds nothing up; nor does one at another institution."""
    old, new = await library.hospital(), await library.hospital()
    (person_id, _, _), (other_id, _, _) = await library.bound(old), await library.bound(new)
    declaration_id = new_id()
    body = {"merger": {"reason_code": "merged", "successor_id": str(new.id)}, "closure": {"reason_code": "dissolved"}}
    await library.service.deliver(library.declaration(DeclarationSubmitted, new_id(), other_id, new, 2))
    past = library.declaration(DeclarationSubmitted, new_id(), person_id, old, 2, cycle_year=2026)
    await library.service.deliver(past)
    for event, version in ((DeclarationSubmitted, 2), (DeclarationApproved, 3)):
        await library.service.deliver(library.declaration(event, declaration_id, person_id, old, version))
        refused = await moved(library.zone, old, step, body[step], 3)
        assert (refused.status, refused.code) == (409, "declarations_unfinished")
        assert "1 份申报" in refused.body["title"]
    await library.service.deliver(
        library.declaration(ModificationAllowed, declaration_id, person_id, old, 4, reason_code="other")
    )
    assert (await moved(library.zone, old, step, body[step], 3)).status == 200


@pytest.mark.parametrize("step", ["merger", "closure"])
@pytest.mark.parametrize("result", ["qualified", "unqualified"])
async def test_a_provisional_year_is_not_stranded(library: Library, step: str, result: str) -> None:
    """Who is filed provisionally still has a full year that only this institution can judge: it stays until it said
    whether the person passed, whichever of the two is heard first; being provisional is no such word."""
    old, new = await library.hospital(), await library.hospital()
    (first_id, _, _), (second_id, _, _) = await library.bound(old), await library.bound(old)
    body = {"merger": {"reason_code": "merged", "successor_id": str(new.id)}, "closure": {"reason_code": "dissolved"}}
    first, second = (_filed(library, person_id, old) for person_id in (first_id, second_id))
    await library.service.deliver(_judged(library, first, "provisional", timedelta(days=-1)))
    await library.service.deliver(first)
    refused = await moved(library.zone, old, step, body[step], 3)
    assert (refused.status, refused.code) == (409, "declarations_unfinished")
    assert "1 份申报" in refused.body["title"]
    await library.service.deliver(_judged(library, first, result, timedelta(days=1)))
    await library.service.deliver(library.declaration(DeclarationApproved, second.declaration_id, second_id, old, 3))
    await library.service.deliver(_judged(library, second, result, timedelta(days=1)))
    await library.service.deliver(second)
    assert (await moved(library.zone, old, step, body[step], 3)).status == 200


async def test_an_earlier_word_says_nothing_of_a_provisional_year(library: Library) -> None:
    """What was said before the filing, and was voided since, does not let the institution go."""
    old = await library.hospital()
    person_id, _, _ = await library.bound(old)
    filed = _filed(library, person_id, old)
    await library.service.deliver(library.declaration(DeclarationApproved, filed.declaration_id, person_id, old, 3))
    await library.service.deliver(_judged(library, filed, "qualified", timedelta(days=-1)))
    await library.service.deliver(filed)
    assert (
        await moved(library.zone, old, "closure", {"reason_code": "dissolved"}, 3)
    ).code == "declarations_unfinished"


async def test_a_word_about_a_declaration_not_heard_of_comes_again(library: Library) -> None:
    """It is not lost: the handler asks for it once more."""
    filed = _filed(library, new_id(), await library.hospital())
    with pytest.raises(DeclarationNotKnownYet):
        await library.service.deliver(_judged(library, filed, "qualified", timedelta(days=1)))


def _filed(library: Library, person_id: UUID, hospital: Hospital) -> DeclarationEvent:
    return library.declaration(DeclarationFiled, new_id(), person_id, hospital, 4, list_id=new_id(), provisional=True)


def _judged(library: Library, of: DeclarationEvent, result: str, later: timedelta) -> EvaluationRecorded:
    return EvaluationRecorded.model_validate(
        of.model_dump(include={"declaration_id", "person_id", "institution_id", "institution_name", "cycle_year"})
        | {"occurred_at": of.occurred_at + later, "aggregate_version": 1, "evaluation_id": new_id(), "result": result}
    )


async def test_a_filed_declaration_keeps_its_unit_through_a_merger(library: Library) -> None:
    """The person goes over, what this service knows of the declaration still names the old unit."""
    old, new = await library.hospital(), await library.hospital()
    person_id, person, _ = await library.bound(old)
    await library.service.deliver(
        library.declaration(DeclarationFiled, new_id(), person_id, old, 4, list_id=new_id(), provisional=False)
    )
    body = {"reason_code": "merged", "successor_id": str(new.id)}
    assert (await moved(library.zone, old, "merger", body, 3)).status == 200
    await follow(library.service.deps)
    assert (await person.get("/bindings/current")).body["binding"]["institution_id"] == str(new.id)
    async with library.service.database.read() as reader:
        known = await reader.fetchval("SELECT institution_id FROM known_declaration WHERE person_id = $1", person_id)
    assert known == old.id


@pytest.mark.requirement("A25")
async def test_people_go_on_to_where_their_successor_went(library: Library) -> None:
    """The first merger's people have not moved yet when the second one's are through: they do not stay behind at an
    institution that is no more."""
    first, second, last = await library.hospital(), await library.hospital(), await library.hospital()
    _, person, _ = await library.bound(first)
    for old, new in ((first, second), (second, last)):
        body = {"reason_code": "merged", "successor_id": str(new.id)}
        assert (await moved(library.zone, old, "merger", body, 3)).status == 200
    async with library.service.database.transaction() as tx:
        # As another worker that has the first order in hand, and is slow.
        await tx.fetchval("SELECT 1 FROM binding_move WHERE institution_id = $1 FOR UPDATE", first.id)
        await follow(library.service.deps)
    async with library.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM binding_move WHERE done_at IS NULL") == 1
    await follow(library.service.deps)
    binding = (await person.get("/bindings/current")).body["binding"]
    assert (binding["institution_id"], binding["state"]) == (str(last.id), "active")


async def test_what_a_merger_refuses(library: Library) -> None:
    """Into itself, into one that is not active, into one outside the jurisdiction, or from outside it."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420200"])
    site = library.staff("site_admin", site_id)
    mine = await library.hospital(filing_body_id=str(site_id))
    foreign = await library.hospital(filing_body_id=str(other_id), division_code="420202")
    sleeping = await library.issued(filing_body_id=str(site_id))

    async def into(successor: UUID, by: Caller = site) -> Answer:
        return await moved(by, mine, "merger", {"reason_code": "duplicate", "successor_id": str(successor)}, 3)

    assert (await into(mine.id)).code == "merged_into_itself"
    assert (await into(sleeping.id)).code == "institution_not_active"
    assert (await into(foreign.id)).status == 404
    assert (await into(new_id())).status == 404
    assert (await into(foreign.id, library.staff("site_admin", other_id))).status == 404
    assert (await library.zone.get(f"/institutions/{mine.id}")).body["state"] == "active"


async def test_a_closure_freezes_and_lets_people_change(library: Library) -> None:
    """Closed for good, also from suspended: the bound stay frozen until they change; the name may be used again."""
    hospital, other = await library.hospital(name="虚构关停医院"), await library.hospital()
    _, person, _ = await library.bound(hospital)
    assert (await moved(library.zone, hospital, "suspension", INQUIRY, 3)).status == 200
    closed = await moved(library.zone, hospital, "closure", {"reason_code": "dissolved"}, 4)
    assert closed.body["state"] == "closed"
    await follow(library.service.deps)
    assert await states_of(library, [person]) == ["frozen"]
    assert (await moved(library.zone, hospital, "resumption", None, 5)).code == "institution_not_suspended"
    changed = await person.post("/bindings/change", await library.entry(other))
    assert (changed.status, changed.body["institution_id"]) == (201, str(other.id))
    assert (await library.issue(name="虚构关停医院")).status == 201


async def bound_during_a_merger(library: Library, monkeypatch: pytest.MonkeyPatch, *, locking: bool) -> tuple[int, int]:
    """Somebody binds, and has just seen that the institution is active, when it is merged; how many are then bound to
    the old and to the new one. Without `locking` the look at the institution does not last until the commit."""
    old, new = await library.hospital(), await library.hospital()
    entry, (_, person) = await library.entry(old), await library.person()
    seen, go_on, lock_shared = asyncio.Event(), asyncio.Event(), institutions.lock_shared

    async def looked(tx: Transaction, institution_id: UUID) -> Institution:
        if institution_id != old.id:
            return await lock_shared(tx, institution_id)
        found = await (lock_shared(tx, old.id) if locking else institutions.select(tx, old.id, old.id))
        seen.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(institutions, "lock_shared", looked)
    binding = asyncio.create_task(person.post("/bindings", entry))
    await seen.wait()
    body = {"reason_code": "merged", "successor_id": str(new.id)}
    merging = asyncio.create_task(moved(library.zone, old, "merger", body, 3))
    await wait_until(lambda: _done_or_waiting(library, merging), what="the merger done, or waiting for the binding")
    if merging.done():
        await follow(library.service.deps)
    go_on.set()
    assert ((await binding).status, (await merging).status) == (201, 200)
    await follow(library.service.deps)
    async with library.service.database.read() as reader:
        left, over = [
            await reader.fetchval("SELECT count(*) FROM binding WHERE institution_id = $1 AND state <> 'ended'", one.id)
            for one in (old, new)
        ]
    return left, over


async def _done_or_waiting(library: Library, merging: "asyncio.Task[Answer]") -> bool:
    async with library.service.database.read() as reader:
        waiting = await reader.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    return merging.done() or waiting > 0


async def test_nobody_is_bound_beside_a_merger(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who binds while the institution is merged comes before the merger and goes over with the others."""
    assert await bound_during_a_merger(library, monkeypatch, locking=True) == (0, 1)


async def test_without_the_lock_somebody_is_left_behind(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: when the institution is only looked at, the person stays bound to what is gone."""
    assert await bound_during_a_merger(library, monkeypatch, locking=False) == (1, 0)
