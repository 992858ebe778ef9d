"""Random trees with random edits: what a scope sees is its subtree of that moment, and the past stays (B4, B5, B18)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.institution.domain.exam_body import Territory
from services.institution.domain.institution import Institution
from services.institution.storage import (
    exam_bodies,
    exam_body_tree,
    former_exam_bodies,
    institution_lists,
    institutions,
)
from services.institution.use_cases.exam_bodies.close_exam_body import close_exam_body
from services.institution.use_cases.exam_bodies.merge_exam_body import merge_exam_body
from services.institution.use_cases.exam_bodies.move_exam_body import move_exam_body
from services.institution.use_cases.institutions.change_filing_body import change_filing_body
from shared.actor import Actor
from shared.errors import TiroError
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library
from tests.integration.institution.test_subtree import housed, plant

HOUR = timedelta(hours=1)
EDITS = ("move", "merge", "close", "rehouse")

trees = st.lists(st.integers(0, 30), min_size=2, max_size=10)
homes = st.lists(st.integers(0, 30), min_size=1, max_size=6)
edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=12)


@dataclass(slots=True)
class Model:
    """The tree as plain dictionaries, changed by the same steps in the simplest way."""

    parents: dict[UUID, UUID | None]
    levels: dict[UUID, str]
    active: set[UUID]
    homes: dict[UUID, UUID]
    past: list[tuple[datetime, dict[UUID, tuple[UUID, ...]]]] = field(default_factory=list)

    def path(self, node: UUID) -> tuple[UUID, ...]:
        """Walk up, the slow and certain way."""
        above = self.parents[node]
        return (node,) if above is None else (*self.path(above), node)

    def allows(self, step: str, one: UUID, other: UUID) -> bool:
        """What the rules say, told once more: levels, states, nobody left behind."""
        if step == "rehouse":
            return other in self.active
        if self.parents[one] is None or one not in self.active:
            return False
        if step == "close":
            lives = one in self.homes.values()
            return not lives and not any(up == one and node in self.active for node, up in self.parents.items())
        if one == other or other not in self.active:
            return False
        if step == "merge":
            return self.levels[one] == self.levels[other]
        return self.levels[other] == "zone" or (self.levels[one], self.levels[other]) == ("point", "site")

    def apply(self, step: str, one: UUID, other: UUID) -> None:
        """The step."""
        if step == "rehouse":
            self.homes[one] = other
        elif step == "move":
            self.parents[one] = other
        else:
            self.active.discard(one)
        if step == "merge":
            for node, up in self.parents.items():
                if up == one and node in self.active:
                    self.parents[node] = other
            self.homes = {unit: other if home == one else home for unit, home in self.homes.items()}

    def remember(self, until: datetime) -> None:
        """Who answered for each institution up to now."""
        self.past.append((until, {unit: self.path(home) for unit, home in self.homes.items()}))


@pytest.mark.requirement("B4", "B5", "B18")
async def test_random_edits_keep_scopes_and_the_past(library: Library) -> None:
    """After every edit each body sees exactly the bodies and institutions below it, an edit goes through exactly when
    the rules allow it, and every earlier moment still has the bodies that answered then."""
    drawn: list[tuple[list[int], list[int], list[tuple[str, int, int]]]] = []

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(shape=trees, where=homes, steps=edits)
    def draw(shape: list[int], where: list[int], steps: list[tuple[str, int, int]]) -> None:
        drawn.append((shape, where, steps))

    draw()
    went_through = 0
    for shape, where, steps in drawn:
        went_through += await check(library, shape, where, steps)
    assert went_through > len(drawn)


async def check(library: Library, shape: list[int], where: list[int], steps: list[tuple[str, int, int]]) -> int:
    """Plant, edit step by step and compare; how many edits went through."""
    done, now = 0, NOON
    async with library.service.database.transaction() as tx:
        bodies = await plant(tx, shape)
        await exam_body_tree.update(tx, Territory(bodies[0], ("420000",)))
        units = [housed(bodies[pick % len(bodies)]) for pick in where]
        for unit in units:
            await institutions.insert(tx, unit)
        model = Model(
            {body.id: body.parent_id for body in bodies},
            {body.id: body.level for body in bodies},
            {body.id for body in bodies},
            {unit.id: unit.filing_body_id for unit in units},
        )
        zone = Actor("staff", new_id(), "zone_admin", bodies[0].id)
        for step, pick, target in steps:
            subject = units[pick % len(units)].id if step == "rehouse" else bodies[pick % len(bodies)].id
            other = bodies[target % len(bodies)].id
            allowed = model.allows(step, subject, other)
            now += HOUR
            assert await attempt(tx, zone, step, subject, other, now) is allowed, (step, subject, other)
            if allowed:
                model.remember(now - HOUR / 2)
                model.apply(step, subject, other)
                done += 1
            await agrees(tx, model, units)
        await past_stays(tx, model, bodies[0].id)
        tx.work.events.clear()
        tx.work.audits.clear()
    return done


async def attempt(tx: Transaction, zone: Actor, step: str, one: UUID, other: UUID, now: datetime) -> bool:
    """Do the step as the zone's administrator in a savepoint; whether it was allowed."""
    await tx.fetch("SAVEPOINT step")
    try:
        if step == "rehouse":
            unit = await institutions.select(tx, one, zone.scope_id or one)
            await change_filing_body(tx, one, other, "试", expected_version=unit.version, actor=zone, now=now)
        else:
            (body,) = await exam_bodies.select_these(tx, [one])
            seen = body.version
            if step == "close":
                await close_exam_body(tx, one, "试", expected_version=seen, actor=zone, now=now)
            elif step == "merge":
                await merge_exam_body(tx, one, other, "试", expected_version=seen, actor=zone, now=now)
            else:
                await move_exam_body(tx, one, other, "试", expected_version=seen, actor=zone, now=now)
    except TiroError:
        await tx.fetch("ROLLBACK TO SAVEPOINT step")
        return False
    return True


async def agrees(tx: Transaction, model: Model, units: list[Institution]) -> None:
    """Every scope against a walk up the tree."""
    for scope in model.parents:
        listed = await exam_bodies.select_page(tx, scope, None, None, None, 100)
        assert {one.body.id for one in listed} == {node for node in model.parents if scope in model.path(node)}
        lines = await institution_lists.select_page(tx, scope, None, 100)
        inside = {unit.id for unit in units if scope in model.path(model.homes[unit.id])}
        assert {line.id for line in lines} == inside


async def past_stays(tx: Transaction, model: Model, zone_id: UUID) -> None:
    """Every remembered moment has its bodies still, whatever happened to them afterwards."""
    for moment, answered in model.past:
        for unit, path in answered.items():
            chain = await former_exam_bodies.select_chain(tx, unit, zone_id, moment)
            assert tuple(one.id for one in chain) == path, moment
