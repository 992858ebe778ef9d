"""Lists that come after the filing deadline, with the permission of the exam body (4.7)."""

from datetime import timedelta

import pytest

from shared.contracts.declaration_filing import LateFilingPermitted
from tests.integration.declaration.filing.paper import generate, open_draft, sealed
from tests.integration.declaration.filing.year import FILING_DEADLINE, exam_year
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B13")
async def test_the_deadline_holds_unless_late_filing_is_permitted(serve: Serve) -> None:
    """After the deadline nothing is handed in; with the exam body's permission it is, and it is marked late."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    ready = await sealed(year, await generate(year, await open_draft(year)))
    year.clock.advance(FILING_DEADLINE - year.clock.now())
    path = f"/qualified-lists/{ready['id']}/submission"
    refused = await year.unit.post(path, version=ready["version"])
    assert refused.code == "filing_deadline_passed"
    preparing = (await year.point.get("/filings?state=preparing")).body["items"]
    assert [one["id"] for one in preparing] == [ready["id"]]
    permitted = await year.point.post(
        f"/filings/{ready['id']}/late-permission", {"reason_code": "flood"}, version=ready["version"]
    )
    (told,) = await year.service.published(LateFilingPermitted)
    assert (told.number, told.reason_code) == (permitted.body["number"], "flood")
    done = await year.unit.post(path, version=permitted.body["version"])
    assert (done.status, done.body["state"]) == (200, "submitted")
    assert (await year.point.get("/filings?late=true")).body["items"][0]["late"] is True
    year.clock.advance(timedelta(days=-1))


@pytest.mark.requirement("B13")
async def test_late_filing_is_permitted_once_and_of_a_list_that_can_be_handed_in(serve: Serve) -> None:
    """A second permission says that there is one; a list that was given up is not there to be permitted."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    frozen = await generate(year, await open_draft(year))
    path = f"/filings/{frozen['id']}/late-permission"
    permitted = await year.point.post(path, {"reason_code": "flood"}, version=frozen["version"])
    assert permitted.status == 200
    again = await year.point.post(path, {"reason_code": "flood"}, version=permitted.body["version"])
    assert (again.status, again.code) == (409, "late_filing_already_permitted")
    gone = await year.unit.post(f"/qualified-lists/{frozen['id']}/discard", version=permitted.body["version"])
    refused = await year.point.post(path, {"reason_code": "flood"}, version=gone.body["version"])
    assert refused.status == 404
    assert len(await year.service.published(LateFilingPermitted)) == 1
