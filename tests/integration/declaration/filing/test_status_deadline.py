"""A provisional filing ends with its last day: the network hears so before the job has written it down (4.6, 4.10)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.clock import SHANGHAI
from tests.integration.declaration.filing.test_differences import change
from tests.integration.declaration.filing.test_full_years import LAPSE, complete, provisional
from tests.integration.declaration.filing.year import YEAR, Declared, Year, exam_year
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve

LAST_MOMENT = datetime(2027, 9, 1, tzinfo=SHANGHAI)
MOVE_DEADLINE = "UPDATE cycle SET completion_deadline = $1"


async def told(year: Year, one: Declared) -> dict[str, Any]:
    """The answer to a question about somebody."""
    question = {"document_type": "resident_id", "exam_year": YEAR, "document_no": one.document_no, "name": one.name}
    answer = await year.asked(question)
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


async def everywhere(year: Year, one: Declared) -> set[tuple[str, int]]:
    """(status, record version) as a question, the list of the site and the feed of changes say it."""
    asked = await told(year, one)
    listed = await year.network().get(f"/status-records?exam_year={YEAR}&exam_site_code=4201&nonce={uuid4()}")
    feed = await year.network().get(f"/status-changes?nonce={uuid4()}")
    said = {(asked["status"], asked["record_version"])}
    for page in (listed, feed):
        assert page.status == 200, page.body
        (found,) = [item for item in page.body["items"] if item["record_id"] == asked["record_id"]]
        said.add((found["status"], found["record_version"]))
    return said


@pytest.mark.requirement("C7", "P12")
async def test_the_network_hears_the_end_at_midnight(serve: Serve) -> None:
    """In the last second it is filed provisionally, from midnight on it has lapsed in every answer, though no job has
    run and the rows say otherwise; the record's version rises then and again with the job. Who is completed stays."""
    year = await exam_year(serve)
    one, done = await provisional(year, 2)
    year.clock.advance(LAST_MOMENT - timedelta(seconds=1) - year.clock.now())
    await complete(year, done)
    before = await told(year, one)
    assert await everywhere(year, one) == {("filed_provisional", before["record_version"])}
    year.clock.advance(timedelta(seconds=1))
    assert await year.state_of(one) == "filed", "the job has not run"
    assert await everywhere(year, one) == {("lapsed", before["record_version"] + 1)}
    at_midnight = await told(year, one)
    assert datetime.fromisoformat(at_midnight["updated_at"]) == LAST_MOMENT
    assert (await told(year, done))["status"] == "filed"
    await run(year, LAPSE)
    assert await year.state_of(one) == "lapsed"
    (after,) = await everywhere(year, one)
    assert (after[0], after[1] > at_midnight["record_version"]) == ("lapsed", True)


@pytest.mark.requirement("C7", "P12")
async def test_the_end_is_the_deadline_of_the_year(serve: Serve) -> None:
    """Where the zone gave more time the filing holds until then; what was revoked stays revoked."""
    year = await exam_year(serve)
    one, revoked = await provisional(year, 2)
    await change(year, "UPDATE declaration SET state = 'revoked' WHERE id = $1", revoked.id)
    await change(year, MOVE_DEADLINE, LAST_MOMENT + timedelta(days=10))
    year.clock.advance(LAST_MOMENT - year.clock.now())
    assert (await told(year, one))["status"] == "filed_provisional"
    year.clock.advance(timedelta(days=10))
    assert (await told(year, one))["status"] == "lapsed"
    assert (await told(year, revoked))["status"] == "revoked"
