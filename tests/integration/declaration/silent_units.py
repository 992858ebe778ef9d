"""An earlier unit that was asked about its row and says nothing, and what is told of it."""

from typing import Any

from shared.contracts.declaration import PriorRowRequestExpired, PriorRowUnanswered
from tests.integration.declaration.careers import Career, asked, career
from tests.integration.declaration.season import Season
from tests.support.service_under_test import Serve

JOB = "press-prior-units"


async def told(season: Season) -> list[tuple[str, int]]:
    """(step, days since it was asked) of what the earlier unit heard so far, in order."""
    return [(one.step, one.days) for one in await season.service.published(PriorRowUnanswered)]


async def expired(season: Season) -> int:
    """How often somebody heard that a request is over."""
    return len(await season.service.published(PriorRowRequestExpired))


async def waiting(serve: Serve, settings: dict[str, str] | None = None) -> Career:
    """A row whose unit was asked on 20 December, and may answer for a fortnight."""
    one = await career(serve, settings=settings)
    await asked(one)
    return one


def days(remind: int, escalate: int, expire: int) -> dict[str, str]:
    """Another pace, as the environment says it."""
    names = ("REMIND", "ESCALATE", "EXPIRE")
    values = (remind, escalate, expire)
    return {f"PRIOR_ROW_{name}_DAYS": str(value) for name, value in zip(names, values, strict=True)}


async def listed(one: Career, *, open: bool) -> list[dict[str, Any]]:
    """What the earlier unit finds in its queue."""
    found = await one.season.reviewer(one.former).get(f"/prior-row-requests?open={str(open).lower()}")
    return list(found.body["items"])
