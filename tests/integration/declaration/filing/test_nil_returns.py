"""A unit without candidates files a nil return, the whole road (4.7): the exam body sees it as filed, and the national
network is told nothing."""

from uuid import uuid4

import pytest

from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationSubmitted
from shared.contracts.declaration_filing import QualifiedListAccepted
from shared.ids import InstitutionId, new_id
from tests.integration.declaration.filing.paper import generate, open_draft, sealed
from tests.integration.declaration.filing.test_conservation import _faults
from tests.integration.declaration.filing.year import YEAR, Year, exam_year
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Hospital, Library
from tests.support.engines import Engines
from tests.support.service_under_test import Serve


async def standing(library: Library, hospital: Hospital) -> str:
    """Where the dashboard counts it: in exactly one number, whose list names it."""
    bodies = (await library.zone.get(f"/supervision?cycle_year={YEAR}")).body["bodies"]
    found = []
    for name in bodies[0]["counts"]:
        listed = await library.zone.get(f"/supervision/institutions?standing={name}&cycle_year={YEAR}")
        assert len(listed.body["items"]) == sum(line["counts"][name] for line in bodies), name
        found += [name for one in listed.body["items"] if one["id"] == str(hospital.id)]
    (only,) = found
    return str(only)


async def told(year: Year) -> list[str]:
    """Which records the national network hears of."""
    feed = await year.network().get(f"/status-changes?nonce={uuid4()}")
    assert feed.status == 200, feed.body
    return [one["record_id"] for one in feed.body["items"]]


@pytest.mark.requirement("B13", "B8", "C7")
async def test_a_nil_return_goes_the_whole_road(engines: Engines, serve: Serve) -> None:
    """Opened, frozen without a line, printed, sealed, scanned, handed in, accepted; then supervision counts the unit as
    filed though nobody declared, until somebody does. A list with people does not count as one."""
    library = await Library.open(await serve("institution", FrozenClock(NOON)), FrozenClock(NOON))
    hospital, other = await library.hospital(), await library.hospital()
    year = await exam_year(serve)
    year.institution_id = hospital.id
    await year.institution_exists()
    elsewhere = await year.declare(institution_id=new_id())
    before = await told(year)
    assert await standing(library, hospital) == "no_record"
    frozen = await generate(year, await open_draft(year), nil_return=True)
    assert (frozen["state"], frozen["lines"]) == ("generated", 0)
    assert frozen["number"].startswith("QL2027-")
    ready = await sealed(year, frozen)
    handed = await year.unit.post(f"/qualified-lists/{frozen['id']}/submission", version=ready["version"])
    assert handed.status == 200, handed.body
    (inbox,) = (await year.point.get("/filings?state=submitted")).body["items"]
    assert inbox["id"] == frozen["id"]
    accepted = await year.point.post(f"/filings/{frozen['id']}/acceptance", version=handed.body["version"])
    assert (accepted.status, accepted.body["state"]) == (200, "accepted"), accepted.body
    (event,) = await year.service.published(QualifiedListAccepted)
    people = event.model_copy(update={"institution_id": InstitutionId(other.id), "lines": 3, "list_id": new_id()})
    for heard in (event, event, people):
        await library.service.deliver(heard)
    assert await standing(library, hospital) == "filed"
    assert await standing(library, other) == "no_record"
    assert await told(year) == before
    assert await year.state_of(elsewhere) == "approved"
    assert await _faults(engines, year) == []
    again = await year.unit.post("/qualified-lists", {"cycle_id": str(year.cycle_id), "kind": "main"})
    assert again.code == "main_list_exists"
    await library.service.deliver(library.declaration(DeclarationSubmitted, new_id(), new_id(), hospital, 2))
    assert await standing(library, hospital) == "not_filed"
