"""Looking again: what was decided comes back only when it became worse, what fails holds up nobody, news goes first."""

import pytest

from tests.integration.declaration.filing.year import probation
from tests.integration.declaration.risk.county import county
from tests.integration.declaration.risk.test_list import crowd
from tests.integration.declaration.risk.test_plans import owner
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

_TASKS = "SELECT count(*) FROM risk_task"
# What a statement that takes too long looks like, from the server and from the client's side of a broken wire.
_FAILS = """
CREATE FUNCTION fail_for_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.declaration_id = '{}' THEN
        RAISE EXCEPTION 'too slow' USING ERRCODE = '{}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fail_for_one BEFORE INSERT ON risk_text FOR EACH ROW EXECUTE FUNCTION fail_for_one();
"""


@pytest.mark.requirement("B1", "F9")
@pytest.mark.parametrize("failure", ["query_canceled", "connection_failure"])
async def test_what_takes_too_long_holds_up_nobody(serve: Serve, engines: Engines, failure: str) -> None:
    """A subject whose statements are given up is put off, everybody else is looked at."""
    place = await county(serve)
    people, _ = await crowd(place)
    year = probation()
    long = year.model_copy(
        update={"periods": [year.periods[0].model_copy(update={"work_summary": "各科轮转小结" * 9})]}
    )
    slow = await place.year.declare("submitted", content=long)
    async with owner(engines, place.year.service.database_name) as connection:
        await connection.execute(_FAILS.format(slow.id, failure))
    await place.examine()
    assert len(await place.hits("F12")) == len(people)
    assert await place.count(f"{_TASKS} WHERE subject_id = $1", slow.id) == 1
    assert await place.count(_TASKS) == 1
