"""Time that passes over reviews, and what was told meanwhile."""

from datetime import timedelta
from typing import Any

from shared.contracts.declaration import ReviewsWaiting
from tests.integration.declaration.forms import Unit
from tests.integration.declaration.season import Season
from tests.integration.declaration.working import run

JOB = "tell-waiting-reviews"


async def told(season: Season) -> list[tuple[str, int]]:
    """(step, how many wait) of every digest so far, in order."""
    return [(one.step, one.waiting) for one in await season.service.published(ReviewsWaiting)]


async def waits(season: Season, days: int, *, hours: int = 0) -> None:
    """Time passes, and the worker runs."""
    season.later(timedelta(days=days, hours=hours))
    await run(season, JOB)


async def below(season: Season, *path: Any) -> Unit:
    """A unit that files with the last body of a path."""
    unit = await season.has_unit("江城辖区医院")
    await season.institution_is(unit, version=2, path=path)
    return unit
