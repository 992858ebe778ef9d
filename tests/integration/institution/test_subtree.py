"""The rule of jurisdiction on random trees: what SQL finds in a scope is what the tree says (B5, section 2)."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.institution.domain.exam_body import ExamBody, Level, Territory
from services.institution.domain.institution import Institution
from services.institution.storage import exam_bodies, exam_body_tree, institution_lists, institutions
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library

# Each number picks the parent among the bodies made before it; what would hang below a point goes to the zone.
trees = st.lists(st.integers(0, 30), min_size=1, max_size=14)
homes = st.lists(st.integers(0, 30), min_size=1, max_size=10)

TREE_IN_SCOPE = "a body covers itself and all below it"


def is_below(parents: dict[UUID, UUID | None], node: UUID, scope: UUID) -> bool:
    """Walk up the tree, the slow and certain way."""
    at: UUID | None = node
    while at is not None:
        if at == scope:
            return True
        at = parents[at]
    return False


async def plant(tx: Transaction, shape: Sequence[int]) -> list[ExamBody]:
    """A tree of the given shape in the database."""
    root = new_id()
    bodies = [ExamBody(root, 1, "zone", None, (root,), f"Z{root.hex[-10:]}", f"虚构考区{root.hex[-8:]}", "active")]
    for pick in shape:
        above = bodies[pick % len(bodies)]
        if above.level == "point":
            above = bodies[0]
        level: Level = "site" if above.level == "zone" else "point"
        body_id = new_id()
        name, code = f"虚构{body_id.hex[-8:]}", f"P{body_id.hex[-10:]}"
        bodies.append(ExamBody(body_id, 1, level, above.id, (*above.path, body_id), code, name, "active"))
    for body in bodies:
        await exam_body_tree.insert(tx, Territory(body, ()), None, NOON)
    return bodies


def housed(body: ExamBody) -> Institution:
    """An institution that files with a body."""
    identifier = new_id()
    return Institution(
        id=identifier,
        version=1,
        state="issued",
        origin="issued",
        name=f"虚构医院{identifier.hex[-8:]}",
        division_code="420102",
        institution_type="clinic",
        grade=None,
        ownership=None,
        credit_code=None,
        credit_code_override_by=None,
        registration_no=None,
        address=None,
        licence_valid_from=None,
        licence_valid_to=None,
        departments=(),
        physicians={},
        filing_body_id=body.id,
        filing_body_path=body.path,
        parent_institution_id=None,
        merged_into_id=None,
        profile_complete=False,
        responsibility_accepted_at=None,
        issued_by=None,
        created_at=NOON,
        updated_at=NOON,
        state_changed_at=NOON,
    )


@pytest.mark.requirement("B5")
async def test_every_scope_finds_exactly_its_subtree(library: Library) -> None:
    """On random trees, lists and single look-ups of every body agree with a walk up the tree."""
    loop_examples: list[tuple[list[int], list[int]]] = []

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(shape=trees, where=homes)
    def draw(shape: list[int], where: list[int]) -> None:
        loop_examples.append((shape, where))

    draw()
    for shape, where in loop_examples:
        await check_tree(library, shape, where)


async def check_tree(library: Library, shape: list[int], where: list[int]) -> None:
    """Plant one tree, ask every body for its subtree, and compare; then take the tree out again."""
    async with library.service.database.transaction() as tx:
        bodies = await plant(tx, shape)
        parents = {body.id: body.parent_id for body in bodies}
        tenants = [housed(bodies[pick % len(bodies)]) for pick in where]
        for tenant in tenants:
            await institutions.insert(tx, tenant)
        for scope in bodies:
            listed = await exam_bodies.select_page(tx, scope.id, None, None, None, 100)
            expected = {body.id for body in bodies if is_below(parents, body.id, scope.id)}
            assert {one.body.id for one in listed} == expected, TREE_IN_SCOPE
            lines = await institution_lists.select_page(tx, scope.id, None, 100)
            inside = {one.id for one in tenants if is_below(parents, one.filing_body_id, scope.id)}
            assert {line.id for line in lines} == inside
            for tenant in tenants:
                assert await visible(tx, tenant.id, scope.id) is (tenant.id in inside)


async def visible(tx: Transaction, institution_id: UUID, scope_id: UUID) -> bool:
    """Whether a look-up in a scope finds the institution."""
    try:
        await institutions.select(tx, institution_id, scope_id)
    except NotFound:
        return False
    return True
