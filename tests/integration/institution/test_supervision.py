"""The dashboard and the completeness report of a jurisdiction: counts and lists agree, body by body (B7, B8)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from services.institution.domain.institution import Institution
from services.institution.storage import institutions, supervision
from services.institution.storage.supervision import SupervisionFilter
from shared.contracts.declaration import DeclarationFiled, DeclarationReturned, DeclarationSubmitted
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from tests.integration.institution.library import Hospital, Library
from tests.integration.institution.test_subtree import homes, housed, is_below, plant, trees
from tests.support.service_under_test import Caller


async def declared(library: Library, hospital: Hospital, kind: Any, version: int = 2) -> None:
    """Somebody's declaration of 2027 at a hospital stands there."""
    more = {"list_id": new_id(), "provisional": False} if kind is DeclarationFiled else {}
    await library.service.deliver(library.declaration(kind, new_id(), new_id(), hospital, version, **more))


async def ids_of(caller: Caller, standing: str, more: str = "") -> list[str]:
    """Who is listed under a standing."""
    items = (await caller.get(f"/supervision/institutions?standing={standing}{more}")).body["items"]
    return [item["id"] for item in items]


@pytest.mark.requirement("B8")
async def test_the_dashboard_says_where_every_institution_stands(library: Library) -> None:
    """Not activated, incomplete, suspended, without record, not filed, filed: each institution is counted once and
    listed under its standing; the year is the one being prepared."""
    issued, waiting = await library.issued(), await library.issued()
    await library.accept(waiting)
    silent, busy, done, frozen = [await library.hospital() for _ in range(4)]
    await declared(library, busy, DeclarationSubmitted)
    await declared(library, done, DeclarationSubmitted)
    await declared(library, done, DeclarationFiled)
    suspension = {"reason_code": "inquiry"}
    assert (await library.zone.post(f"/institutions/{frozen.id}/suspension", suspension, version=3)).status == 200
    board = (await library.zone.get("/supervision")).body
    assert board["cycle_year"] == 2027
    (own,) = board["bodies"]
    assert own["institutions"] == 6
    assert set(own["counts"].values()) == {1}
    expected = {
        "not_activated": issued,
        "profile_incomplete": waiting,
        "suspended": frozen,
        "no_record": silent,
        "not_filed": busy,
        "filed": done,
    }
    for standing, hospital in expected.items():
        assert await ids_of(library.zone, standing) == [str(hospital.id)], standing
    assert await ids_of(library.zone, "no_record", "&cycle_year=2028") == [str(one.id) for one in (silent, busy, done)]


@pytest.mark.requirement("B8")
async def test_a_returned_declaration_is_no_record(library: Library) -> None:
    """What came back for changes does not count as collected until it is handed in again."""
    hospital = await library.hospital()
    declaration_id, person_id = new_id(), new_id()
    for version, kind in ((2, DeclarationSubmitted), (3, DeclarationReturned)):
        more: dict[str, Any] = {"reason_codes": []} if kind is DeclarationReturned else {}
        event = library.declaration(kind, declaration_id, person_id, hospital, version, **more)
        await library.service.deliver(event)
    assert await ids_of(library.zone, "no_record") == [str(hospital.id)]


@pytest.mark.requirement("B7", "B9")
async def test_the_completeness_report_names_what_is_missing(library: Library) -> None:
    """Per body: how many are complete, which required field is missing how often; the list names the fields of one."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    point_id = await library.body_id("point", site_id, ["420102"])
    await library.hospital(filing_body_id=str(point_id))
    half = await library.issued(filing_body_id=str(point_id))
    await library.accept(half)
    piece = {"address": "湖北省武汉市虚构路1号", "grade": "3A"}
    assert (await half.owner.put(f"/institutions/{half.id}/profile", piece, version=2)).status == 200
    public = await library.issued(institution_type="cdc")
    report = {line["body_id"]: line for line in (await library.zone.get("/completeness")).body["bodies"]}
    below = report[str(site_id)]
    assert (below["institutions"], below["complete"]) == (2, 1)
    lacking = below["missing"]
    assert "address" not in lacking
    assert "credit_code" not in lacking
    assert (lacking["probation_officer"], lacking["registration_no"], lacking["licence_image"]) == (1, 1, 2)
    own = report[str(library.zone_id)]
    assert (own["institutions"], own["missing"]["credit_code"]) == (1, 1)
    assert "registration_no" not in own["missing"]
    (line,) = (await library.zone.get("/supervision/institutions?standing=profile_incomplete")).body["items"]
    assert "/probation_officer" in line["missing"]
    assert "/address" not in line["missing"]
    assert str(public.id) not in await ids_of(library.staff("site_admin", site_id), "not_activated")


@pytest.mark.requirement("B7", "B8")
async def test_counts_and_lists_are_those_of_the_subtree(library: Library) -> None:
    """On random trees every body that is looked at counts exactly its subtree, divided among the bodies right below it;
    each number opens the list it counts; of bodies outside nothing is told."""
    examples: list[tuple[list[int], list[int]]] = []

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(shape=trees, where=homes)
    def draw(shape: list[int], where: list[int]) -> None:
        examples.append((shape, where))

    draw()
    for shape, where in examples:
        await check_counts(library, shape, where)


async def check_counts(library: Library, shape: list[int], where: list[int]) -> None:
    """Plant one tree with institutions, and ask every body."""
    async with library.service.database.transaction() as tx:
        bodies = await plant(tx, shape)
        parents = {body.id: body.parent_id for body in bodies}
        tenants = [housed(bodies[pick % len(bodies)]) for pick in where]
        for tenant in tenants:
            await institutions.insert(tx, tenant)
        for scope in bodies:
            for looked_at in bodies:
                await check_body(tx, parents, tenants, scope.id, looked_at.id)


async def check_body(
    tx: Transaction, parents: dict[UUID, UUID | None], tenants: list[Institution], scope: UUID, looked_at: UUID
) -> None:
    """The numbers of one body as another one sees it, and the list behind each."""
    if not is_below(parents, looked_at, scope):
        with pytest.raises(NotFound):
            await supervision.select_standings(tx, scope, looked_at, 2027)
        with pytest.raises(NotFound):
            await supervision.select_completeness(tx, scope, looked_at, date(2027, 1, 1))
        wanted = SupervisionFilter("not_activated", 2027, looked_at, direct=True)
        assert await supervision.select_page(tx, scope, wanted, None, 100) == []
        return
    lines = await supervision.select_standings(tx, scope, looked_at, 2027)
    complete = {
        one.body_id: one for one in await supervision.select_completeness(tx, scope, looked_at, date(2027, 1, 1))
    }
    assert lines[0].body_id == looked_at
    assert {line.body_id for line in lines} == {looked_at} | {one for one, up in parents.items() if up == looked_at}
    for line in lines:
        own = line.body_id == looked_at
        expected = {one.id for one in tenants if _counted_under(parents, one.filing_body_id, line.body_id, looked_at)}
        assert line.counts.get("not_activated", 0) == complete[line.body_id].institutions == len(expected)
        wanted = SupervisionFilter("not_activated", 2027, line.body_id, direct=own)
        listed = await supervision.select_page(tx, scope, wanted, None, 100)
        assert {one.institution.id for one in listed} == expected


def _counted_under(parents: dict[UUID, UUID | None], filing: UUID, line: UUID, scope: UUID) -> bool:
    return filing == scope if line == scope else is_below(parents, filing, line)
