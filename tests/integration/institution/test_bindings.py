"""Bindings over HTTP: preview, bind, change, end, release and their guards (A20, A21, A25, 4.3)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from services.institution.storage import known_people
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationFiled,
    DeclarationRejected,
    DeclarationReturned,
    DeclarationSubmitted,
    DeclarationWithdrawn,
    ModificationAllowed,
)
from shared.contracts.institution import BindingChanged
from shared.ids import new_id
from tests.integration.institution.library import Library
from tests.support.engines import Engines

REASONS = {"reason_codes": ["other"]}
RACES = 5


@pytest.mark.requirement("A20", "A21")
async def test_a_verified_person_with_the_right_code_binds(library: Library) -> None:
    """Preview shows which unit it is, binding makes it the person's unit, and both sides see it."""
    hospital = await library.hospital(name="虚构市第一医院")
    _, person = await library.person("欧***娜")
    entry = await library.entry(hospital)
    typed = entry["code"].lower()[:4] + " " + entry["code"][4:]
    preview = await person.post("/binding-previews", {**entry, "code": typed})
    assert (preview.status, preview.body["name"], preview.body["division_name"]) == (200, "虚构市第一医院", "江岸区")
    assert preview.body["probation_officer_masked"] == "贾*用"
    assert (await person.get("/bindings/current")).body == {"binding": None}
    made = await person.post("/bindings", entry)
    assert (made.status, made.body["state"], made.body["version"]) == (201, "active", 1)
    assert (await person.get("/bindings/current")).body["binding"] == made.body
    (listed,) = (await hospital.business_admin.get(f"/institutions/{hospital.id}/people")).body["items"]
    assert (listed["name_masked"], listed["binding_id"]) == ("欧***娜", made.body["id"])
    (event,) = await library.service.published(BindingChanged)
    assert (str(event.binding_id), event.state, event.institution_name) == (made.body["id"], "active", "虚构市第一医院")


@pytest.mark.requirement("A20")
async def test_without_a_verified_identity_nobody_binds(library: Library) -> None:
    """A person whose verification was not heard of is told to verify or wait, and no try is counted."""
    hospital = await library.hospital()
    stranger_id = new_id()
    stranger = library.service.caller("candidate", id=stranger_id)
    entry = await library.entry(hospital)
    assert (await stranger.post("/bindings", entry)).code == "identity_not_known"
    await library.service.deliver(library.person_verified(stranger_id, "李*"))
    assert (await stranger.post("/bindings", entry)).status == 201


async def test_a_renewed_verification_replaces_the_masked_name(library: Library) -> None:
    """Newer news about a person win over older ones, in whatever order they come."""
    hospital = await library.hospital()
    person_id, _, _ = await library.bound(hospital, "旧*名")
    await library.service.deliver(library.person_verified(person_id, "新*名", version=3))
    await library.service.deliver(library.person_verified(person_id, "中*间", version=2))
    (listed,) = (await hospital.owner.get(f"/institutions/{hospital.id}/people")).body["items"]
    assert listed["name_masked"] == "新*名"


@pytest.mark.requirement("A20", "A25")
async def test_one_unit_at_a_time(library: Library) -> None:
    """Who is bound can not bind again, neither elsewhere nor there."""
    hospital, other = await library.hospital(), await library.hospital()
    _, person, _ = await library.bound(hospital)
    for unit in (hospital, other):
        again = await person.post("/bindings", await library.entry(unit))
        assert (again.status, again.code) == (409, "already_bound")


async def test_the_same_request_binds_once(library: Library) -> None:
    """A retry with the same key gets the first answer, also in parallel."""
    hospital = await library.hospital()
    _, person = await library.person()
    entry = await library.entry(hospital)
    answers = await asyncio.gather(*(person.post("/bindings", entry, key="the-same-key") for _ in range(6)))
    answers.append(await person.post("/bindings", entry, key="the-same-key"))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert len(await library.service.published(BindingChanged)) == 1
    reused = await person.post("/bindings", {**entry, "code": entry["code"] + " "}, key="the-same-key")
    assert reused.code == "idempotency_key_reused"


async def bind_fifty_times(library: Library) -> tuple[list[int], int]:
    """One person binds to five units fifty times at once: statuses, and bindings in force afterwards."""
    hospitals = [await library.hospital() for _ in range(5)]
    entries = [await library.entry(hospital) for hospital in hospitals]
    person_id, person = await library.person()
    answers = await asyncio.gather(*(person.post("/bindings", entries[n % 5]) for n in range(50)))
    async with library.service.database.read() as reader:
        in_force = await reader.fetchval(
            "SELECT count(*) FROM binding WHERE person_id = $1 AND state IN ('active', 'frozen')", person_id
        )
    return sorted(answer.status for answer in answers), in_force


@pytest.mark.requirement("A20")
async def test_fifty_parallel_binds_leave_one_binding(library: Library) -> None:
    """Whatever the race, a person ends with one binding, and one event tells of it."""
    statuses, in_force = await bind_fifty_times(library)
    assert statuses == [201] + [409] * 49
    assert in_force == 1
    assert len(await library.service.published(BindingChanged)) == 1


async def test_without_lock_and_constraint_parallel_binds_break_the_rule(
    library: Library, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the lock on the person gone, the constraints still leave one binding; those gone too,
    several bindings of one person are in force."""
    monkeypatch.setattr(known_people, "lock", known_people.select)
    statuses, in_force = await bind_fifty_times(library)
    assert (statuses.count(201), in_force) == (1, 1)
    migrator = await asyncpg.connect(engines.stack.around.dsn("institution_migrator", library.service.database_name))
    try:
        await migrator.execute("DROP INDEX uq__binding__person_id")
        await migrator.execute("ALTER TABLE binding DROP CONSTRAINT ex__binding__person_id_times")
    finally:
        await migrator.close()
    # A race need not be lost every time.
    races = [(await bind_fifty_times(library))[1] for _ in range(RACES)]
    assert max(races) > 1


@pytest.mark.requirement("A25")
async def test_a_change_ends_one_binding_and_begins_the_next(library: Library) -> None:
    """One step: the old binding ends with its date, the new one is active; history shows both, newest first."""
    first, second = await library.hospital(), await library.hospital()
    _, person, old = await library.bound(first)
    same = await person.post("/bindings/change", await library.entry(first))
    assert (same.status, same.code) == (422, "same_institution")
    library.clock.advance(timedelta(minutes=1))
    new = await person.post("/bindings/change", await library.entry(second))
    assert (new.status, new.body["institution_id"]) == (201, str(second.id))
    history = (await person.get("/bindings")).body["items"]
    assert [(b["id"], b["state"], b["ended_by"]) for b in history] == [
        (new.body["id"], "active", None),
        (old["id"], "ended", "change"),
    ]
    assert history[1]["ended_at"] == library.clock.now().isoformat()
    assert (await first.owner.get(f"/institutions/{first.id}/people")).body["items"] == []
    events = [(e.state, e.aggregate_version) for e in await library.service.published(BindingChanged)]
    assert events == [("active", 1), ("ended", 2), ("active", 1)]


async def test_a_change_without_a_binding_is_refused(library: Library) -> None:
    """There is nothing to change for who is not bound."""
    hospital = await library.hospital()
    _, person = await library.person()
    assert (await person.post("/bindings/change", await library.entry(hospital))).code == "not_bound"


@pytest.mark.requirement("A25")
async def test_a_person_unbinds_once(library: Library) -> None:
    """The first end succeeds with the version seen; a second one and a stranger's do not."""
    hospital = await library.hospital()
    _, person, binding = await library.bound(hospital)
    _, stranger = await library.person()
    path = f"/bindings/{binding['id']}/end"
    assert (await stranger.post(path, version=1)).status == 404
    assert (await person.post(path)).status == 428
    assert (await person.post(path, version=7)).code == "stale_version"
    ended = await person.post(path, version=1)
    assert (ended.status, ended.body["state"], ended.body["ended_by"]) == (200, "ended", "candidate")
    assert (await person.post(path, version=2)).code == "binding_ended"
    assert (await person.get("/bindings/current")).body["binding"] is None


@pytest.mark.requirement("A25")
async def test_an_institution_releases_its_own_people_only(library: Library) -> None:
    """Release ends the binding with a reason; another institution finds nothing."""
    hospital, other = await library.hospital(), await library.hospital()
    _, person, binding = await library.bound(hospital)
    reason = {"reason": "已离开本单位"}
    foreign = f"/institutions/{hospital.id}/bindings/{binding['id']}/release"
    assert (await other.owner.post(foreign, reason, version=1)).status == 404
    crossed = f"/institutions/{other.id}/bindings/{binding['id']}/release"
    assert (await other.owner.post(crossed, reason, version=1)).status == 404
    released = await hospital.business_admin.post(foreign, reason, version=1)
    assert (released.status, released.body["ended_by"]) == (200, "institution")
    assert (await person.get("/bindings/current")).body["binding"] is None


@pytest.mark.requirement("A25")
@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        (DeclarationSubmitted, {}, "declaration_under_review"),
        (DeclarationApproved, {}, "declaration_approved_or_filed"),
        (DeclarationFiled, {"list_id": new_id(), "provisional": False}, "declaration_approved_or_filed"),
        (DeclarationWithdrawn, {}, None),
        (DeclarationReturned, REASONS, None),
        (DeclarationRejected, REASONS, None),
        (ModificationAllowed, {"reason_code": "other"}, None),
    ],
)
async def test_an_open_declaration_holds_the_binding(
    library: Library, kind: type[DeclarationEvent], more: dict[str, object], code: str | None
) -> None:
    """Submitted, approved and filed declarations hold end, release and change; all others let go."""
    hospital, other = await library.hospital(), await library.hospital()
    person_id, person, binding = await library.bound(hospital)
    declaration_id = new_id()
    first = library.declaration(DeclarationSubmitted, declaration_id, person_id, hospital, 2)
    await library.service.deliver(library.declaration(kind, declaration_id, person_id, hospital, 3, **more))
    await library.service.deliver(first)  # late: must not bring the old state back
    change = await person.post("/bindings/change", await library.entry(other))
    if code is None:
        assert change.status == 201
        return
    assert (change.status, change.code) == (409, code)
    assert (await person.post(f"/bindings/{binding['id']}/end", version=1)).code == code
    release = f"/institutions/{hospital.id}/bindings/{binding['id']}/release"
    assert (await hospital.owner.post(release, {"reason": "已离开"}, version=1)).code == code
    assert (await person.get("/bindings/current")).body["binding"]["state"] == "active"


@pytest.mark.requirement("A25")
async def test_a_declaration_elsewhere_or_of_a_past_year_does_not_hold(library: Library) -> None:
    """Only declarations at that institution count, and a filed one until its year's 31 August is over."""
    hospital, other = await library.hospital(), await library.hospital()
    person_id, _, binding = await library.bound(hospital)
    elsewhere = library.declaration(DeclarationApproved, new_id(), person_id, other, 2)
    past = library.declaration(DeclarationApproved, new_id(), person_id, hospital, 2, cycle_year=2026)
    await library.service.deliver(elsewhere)
    await library.service.deliver(past)
    person = library.service.caller("candidate", id=person_id)
    assert (await person.post(f"/bindings/{binding['id']}/end", version=1)).status == 200


async def test_people_are_listed_by_page_and_name(library: Library) -> None:
    """Beginning of a masked name, or a full name that is masked first; pages follow each other; scope holds."""
    hospital, other = await library.hospital(), await library.hospital()
    ids = [(await library.bound(hospital, name))[0] for name in ("张*三", "张*", "李*四")]
    path = f"/institutions/{hospital.id}/people"
    first = (await hospital.owner.get(f"{path}?limit=2")).body
    second = (await hospital.owner.get(f"{path}?limit=2&cursor={first['next_cursor']}")).body
    assert [UUID(p["person_id"]) for p in (*first["items"], *second["items"])] == ids
    assert second["next_cursor"] is None

    async def found(text: str) -> list[str]:
        found = await hospital.owner.post(f"/institutions/{hospital.id}/people-searches", {"name": text})
        return [p["name_masked"] for p in found.body["items"]]

    assert await found("张") == ["张*三", "张*"]
    assert await found("张小三") == ["张*三"]
    assert await found("王") == []
    assert (await other.owner.get(path)).status == 404
    assert (await library.zone.get(path)).status == 200
