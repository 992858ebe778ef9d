"""View the three steps of the caller in the current exam year, and what is left of each (A1)."""

from datetime import datetime

from services.declaration.domain.cycle import Cycle, is_over
from services.declaration.domain.road import RoadStep, Standing, road
from services.declaration.storage import cycles, known_bindings, known_people, known_revoked_people, standings
from shared.actor import Actor
from shared.postgres.transaction import Reader


async def view_road(reader: Reader, actor: Actor, *, now: datetime) -> tuple[Cycle, tuple[RoadStep, ...]]:
    """The exam year, with what the site of the bound unit has set, and the steps in it. Raises NoOpenCycle."""
    current = await cycles.select_current(reader)
    cycle = await cycles.select_for_candidate(reader, current.id, actor.id)
    person = await known_people.select(reader, actor.id)
    binding = await known_bindings.select_open(reader, actor.id)
    revoked = await known_revoked_people.select_is_revoked(reader, actor.id)
    declared = await standings.select(reader, actor.id, cycle.id)
    standing = Standing(
        verified=person is not None and not revoked,
        bound=binding is not None and binding.state == "active",
        declaration=declared.state,
        evaluated=declared.evaluated,
        cycle=cycle.state,
        open=not is_over(cycle, first=not declared.handed_in, now=now),
    )
    return cycle, road(standing)
