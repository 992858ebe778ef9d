"""Auditors search the trail of a service in their jurisdiction, page by page, and leave an entry each time (V64)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest

from shared import audit
from shared.actor import SYSTEM, Actor
from shared.audit import searching
from shared.audit.anchor_store import chain_id
from shared.clock import SHANGHAI, FrozenClock
from shared.contracts.identity_staff import StaffChanged
from shared.ids import StaffId, new_id
from shared.web.cursors import encode_cursor
from tests.contract.services import SERVICES
from tests.integration.authorisation.layouts import LAYOUTS
from tests.integration.authorisation.matrix import INSIDE
from tests.integration.declaration.sites import exam_sites
from tests.integration.identity.offices import Offices
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

AT = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
CHECKER = Actor("staff", UUID(int=7), "site_admin", UUID(int=70))


async def search(caller: Caller, **wanted: Any) -> Answer:
    """One page of the trail."""
    return await caller.get("/audit-entries" + (f"?{urlencode(wanted)}" if wanted else ""))


async def all_pages(caller: Caller, **wanted: Any) -> list[dict[str, Any]]:
    """Everything that is found, page after page."""
    found: list[dict[str, Any]] = []
    answer = await search(caller, **wanted)
    while True:
        assert answer.status == 200, answer.body
        found += answer.body["items"]
        if (cursor := answer.body["next_cursor"]) is None:
            return found
        answer = await search(caller, **(wanted | {"cursor": cursor}))


async def zone_auditor(service: ServiceUnderTest) -> Caller:
    """An auditor of the zone that notification knows by its administrator."""
    zone, staff = new_id(), new_id()
    event = {
        "occurred_at": service.clock.now(),
        "aggregate_version": 1,
        "staff_id": StaffId(staff),
        "role": "zone_admin",
        "scope_kind": "exam_body",
        "scope_id": zone,
        "state": "active",
        "name": "sealed",
        "phone": "sealed",
    }
    await service.deliver(StaffChanged.model_validate(event))
    return service.caller("auditor", scope_id=zone)


async def record(service: ServiceUnderTest, action: str, subject: UUID, minute: int, actor: Actor = SYSTEM) -> None:
    """One entry, so many minutes after nine."""
    async with service.database.transaction() as tx:
        at = AT + minute * MINUTE
        audit.record(tx, action, actor=actor, subject_kind="thing", subject_id=subject, at=at, minute=minute)


def minutes(found: list[dict[str, Any]]) -> list[int]:
    """Which entries these are, the auditors' own left out."""
    return [one["facts"]["minute"] for one in found if one["action"].startswith("thing.")]


@pytest.mark.requirement("V64")
async def test_the_trail_is_searched_by_subject_actor_action_and_time(serve: Serve) -> None:
    """Each alone and together; newest first; with the place in the chain that the verifier names."""
    service = await serve("notification", FrozenClock(AT + 60 * MINUTE))
    auditor, one, other = await zone_auditor(service), new_id(), new_id()
    for minute in range(6):
        subject, actor = (one, SYSTEM) if minute % 2 else (other, CHECKER)
        await record(service, "thing.look" if minute < 3 else "thing.change", subject, minute, actor)
    assert minutes(await all_pages(auditor)) == [5, 4, 3, 2, 1, 0]
    assert minutes(await all_pages(auditor, subject_id=one)) == [5, 3, 1]
    assert minutes(await all_pages(auditor, actor_id=CHECKER.id)) == [4, 2, 0]
    assert minutes(await all_pages(auditor, action="thing.look")) == [2, 1, 0]
    assert minutes(await all_pages(auditor, subject_id=one, action="thing.look")) == [1]
    assert minutes(await all_pages(auditor, actor_id=CHECKER.id, subject_id=one)) == []
    window = {"since": (AT + 2 * MINUTE).isoformat(), "until": "2027-01-04T20:04:00-05:00"}
    assert minutes(await all_pages(auditor, **window)) == [3, 2]
    (found,) = await all_pages(auditor, subject_id=other, action="thing.change")
    async with service.database.read() as reader:
        row = await reader.fetchrow(
            "SELECT digest, entry FROM audit_entry WHERE lane = $1 AND sequence = $2", found["lane"], found["sequence"]
        )
    assert found["digest"] == row["digest"].hex()
    assert (found["actor_id"], found["role"], found["subject_kind"]) == (str(CHECKER.id), "site_admin", "thing")


@pytest.mark.requirement("V64")
async def test_pages_hold_every_entry_once_also_of_one_moment(serve: Serve) -> None:
    """Thirty entries of one moment over many lanes, and more that come while the pages are turned."""
    service = await serve("notification", FrozenClock(AT + 60 * MINUTE))
    auditor, subject = await zone_auditor(service), new_id()
    await asyncio.gather(*(record(service, "thing.look", subject, 1) for _ in range(30)))
    first = await search(auditor, subject_id=subject, limit=7)
    await record(service, "thing.look", subject, 2)
    rest = await all_pages(auditor, subject_id=subject, limit=7, cursor=first.body["next_cursor"])
    places = [(one["lane"], one["sequence"]) for one in first.body["items"] + rest]
    assert (len(places), len(set(places))) == (30, 30)
    assert len({lane for lane, _ in places}) > 1


@pytest.mark.requirement("V64")
async def test_a_page_that_looked_at_enough_goes_on_from_there(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page looks at is bounded: one wanted entry far back is found by going on, over pages without any."""
    service = await serve("notification", FrozenClock(AT + 60 * MINUTE))
    auditor, wanted = await zone_auditor(service), new_id()
    await record(service, "thing.look", wanted, 0, CHECKER)
    for minute in range(1, 10):
        await record(service, "thing.look", new_id(), minute, CHECKER)
    monkeypatch.setattr(searching, "EXAMINED", 4)
    first = await search(auditor, actor_id=CHECKER.id, action="thing.change")
    assert (first.body["items"], first.body["next_cursor"] is None) == ([], False)
    assert await all_pages(auditor, actor_id=CHECKER.id, action="thing.change") == []
    until = (AT + 9 * MINUTE).isoformat()
    assert minutes(await all_pages(auditor, action="thing.look", until=until)) == [*range(8, -1, -1)]


@pytest.mark.requirement("V64")
@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_records_that_its_trail_was_read(serve: Serve, service: str) -> None:
    """The same route everywhere; exactly one entry per page read, with who and what for, in that service's chain."""
    layout = await LAYOUTS[service](serve)
    own = layout.service
    if service == "notification":
        await record(own, "thing.look", new_id(), 0)
    auditor = layout.callers["auditor", INSIDE] if service != "notification" else await zone_auditor(own)
    subject = new_id()
    assert (await search(auditor)).body["items"] != []
    assert (await search(auditor, subject_id=subject)).body["items"] == []
    mine = await all_pages(auditor, action="audit.search")
    assert [one["facts"]["of_subject"] for one in mine] == [str(subject), None]
    assert {one["subject_id"] for one in mine} == {str(chain_id(service))}
    assert [one["facts"]["shown"] > 0 for one in mine] == [False, True]
    assert {one["role"] for one in mine} == {"auditor"}


@pytest.mark.requirement("V64", "V24")
@pytest.mark.parametrize("limited", [True, False], ids=["limited", "control: unlimited"])
async def test_an_auditor_of_a_site_reads_its_part_of_the_tree(
    serve: Serve, limited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Institution: bodies, units, people and staff below the site, none of the site beside it; the zone reads all.
    Control: without the condition in the SQL the neighbour's entries show."""
    if not limited:
        searches = {
            name: sql.replace("audit_lies_within(x.subject_id, x.actor_id::uuid, $1::uuid)", "$1::uuid IS NOT NULL")
            for name, sql in searching._SEARCHES.items()
        }
        monkeypatch.setattr(searching, "_SEARCHES", searches)
    clock = FrozenClock(NOON)
    library = await Library.open(await serve("institution", clock), clock)
    near = await library.body_id("site", library.zone_id, ["420100"])
    point = await library.body_id("point", near, ["420102"])
    far = await library.body_id("site", library.zone_id, ["420500"])
    ours = await library.hospital(filing_body_id=str(point))
    theirs = await library.hospital(filing_body_id=str(far), division_code="420502")
    _, _, binding = await library.bound(ours)
    auditor = library.service.caller("auditor", scope_id=near)
    assert await all_pages(auditor, subject_id=ours.id) != []
    assert await all_pages(auditor, subject_id=binding["id"]) != []
    assert await all_pages(auditor, subject_id=point) != []
    assert (await all_pages(auditor, subject_id=theirs.id) == []) is limited
    assert (await all_pages(auditor, subject_id=far) == []) is limited
    zone = library.service.caller("auditor", scope_id=library.zone_id)
    assert await all_pages(zone, subject_id=theirs.id) != []


@pytest.mark.requirement("V64", "V24")
async def test_an_auditor_of_a_site_reads_its_declarations_only(serve: Serve) -> None:
    """Declaration: what happened to a declaration of a unit below the site; nothing for the site beside it."""
    sites = await exam_sites(serve)
    draft = await sites.season.entered()
    await sites.season.attach(draft, "diploma")
    assert (await sites.season.submit(draft)).status == 201
    service = sites.season.service
    for scope, sees in ((sites.zone, True), (sites.site, True), (sites.point, True), (sites.other, False)):
        auditor = service.caller("auditor", scope_id=scope)
        assert bool(await all_pages(auditor, subject_id=draft.id)) is sees
        assert bool(await all_pages(auditor, actor_id=draft.person.id)) is sees


@pytest.mark.requirement("V64", "V24")
async def test_an_auditor_of_a_site_reads_its_staff_only(serve: Serve) -> None:
    """Identity: accounts below the site and what their holders did, not those of the site beside it."""
    offices = await Offices.open(serve)
    holder = await offices.holder("point_admin", offices.point)
    for scope, sees in ((offices.zone, True), (offices.site, True), (offices.other_site, False)):
        auditor = offices.service.caller("auditor", scope_id=scope)
        assert bool(await all_pages(auditor, subject_id=holder.staff_id)) is sees
        assert bool(await all_pages(auditor, actor_id=holder.staff_id)) is sees


@pytest.mark.requirement("V64", "V23")
@pytest.mark.parametrize(
    "wanted",
    [
        "name=%E7%94%84%E6%9F%90",
        "action=%E7%94%84",
        "subject_id=13800000001",
        f"cursor={quote('x')}",
        f"cursor={encode_cursor(chr(0), 0, 0)}",
        "since=0001-01-01T00:00:00%2B10:00",
        "until=9999-12-31T23:59:59Z",
    ],
)
async def test_nobody_is_searched_by_name_or_number(serve: Serve, wanted: str) -> None:
    """A name, a phone number, a made-up position or an impossible time is refused, and no entry is written."""
    service = await serve("notification", FrozenClock(AT))
    auditor = await zone_auditor(service)
    assert (await auditor.get(f"/audit-entries?{wanted}")).status == 422
    assert await all_pages(auditor, action="audit.search") == []
