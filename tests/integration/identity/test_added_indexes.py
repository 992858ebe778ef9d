"""People and staff written before they could be found by name get their indexes by a job, online and bit by bit."""

import pytest

from services.identity import jobs
from shared.ids import new_id
from tests.integration.identity.offices import Offices
from tests.integration.identity.people import some_morning
from tests.integration.identity.rotation import crowd
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest

NAMELESS = "SELECT count(*) FROM identity_document WHERE name_index IS NULL OR name_and_birth_index IS NULL"
BORN = {"name": "林试", "birth_date": "1990-03-07"}


async def fill(service: ServiceUnderTest) -> None:
    """One run of the job."""
    job = next(job for job in service.definition.jobs if job.name == "fill-added-indexes")
    await job.run(service.deps)


async def nameless(service: ServiceUnderTest) -> int:
    """Documents that no search by name finds."""
    async with service.database.read() as reader:
        count: int = await reader.fetchval(NAMELESS)
    return count


async def search(service: ServiceUnderTest) -> Answer:
    """Look for everybody of the crowd."""
    return await service.caller("zone_admin", scope_id=new_id()).post("/person-searches", BORN)


@pytest.mark.requirement("V48")
async def test_old_accounts_become_findable_by_name(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """450 documents without a name index: not found by name (the control), then filled a bounded number a run, found,
    and left alone by later runs; a document that does not open is passed over and holds up none behind it."""
    monkeypatch.setattr(jobs, "_PAGES", 1)
    service = await serve("identity", some_morning())
    await crowd(service, 450)
    async with service.database.transaction() as tx:
        await tx.execute(
            "UPDATE identity_document SET identity_sealed = 'x' WHERE document_id IN "
            "(SELECT document_id FROM identity_document ORDER BY document_id LIMIT 1)"
        )
    assert (await search(service)).body["items"] == []
    left = []
    for _ in range(4):
        await fill(service)
        left.append(await nameless(service))
    assert left == [251, 52, 1, 1]
    assert len((await search(service)).body["items"]) == 50
    async with service.database.read() as reader:
        kinds = await reader.fetchval(
            "SELECT count(DISTINCT (name_index, name_and_birth_index)) FROM identity_document "
            "WHERE name_index IS NOT NULL"
        )
    assert kinds == 1, "all have the same name and birth date"


@pytest.mark.requirement("V48")
async def test_what_is_written_meanwhile_stays(serve: Serve) -> None:
    """A row that got its index from somebody else between reading and writing keeps it."""
    service = await serve("identity", some_morning())
    await crowd(service, 3)
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE identity_document SET name_index = 'kept'")
    await fill(service)
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT DISTINCT name_index FROM identity_document")
    assert [bytes(row["name_index"]) for row in rows] == [b"kept"]
    assert await nameless(service) == 0


@pytest.mark.requirement("V48")
async def test_old_staff_become_findable_by_name(serve: Serve) -> None:
    """An account without a name index is found by its phone only (the control), and by its name after the job."""
    offices = await Offices.open(serve)
    zone = await offices.holder("zone_admin", offices.zone)
    invited = await offices.invited(zone, "site_admin", offices.site)
    async with offices.service.database.transaction() as tx:
        await tx.execute("UPDATE staff_account SET name_index = NULL")

    async def found() -> list[str]:
        answer = await zone.api.post("/staff-accounts/search", {"name": "司徒办事"})
        assert answer.status == 200, answer.body
        return [one["staff_id"] for one in answer.body["items"]]

    assert await found() == []
    await fill(offices.service)
    assert await found() == [invited.staff_id]
