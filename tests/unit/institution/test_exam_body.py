"""Who may create which exam body, and what a territory covers (B4, B5)."""

from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.institution.domain.division import covers, prefix, require_covered
from services.institution.domain.exam_body import (
    ExamBody,
    ExamBodyNotActive,
    ExamBodyState,
    Level,
    LevelNotAllowed,
    ParentLevelWrong,
    require_may_create,
)
from shared.actor import Role
from shared.errors import Forbidden, Invalid

ROLES: tuple[Role, ...] = (
    "zone_admin",
    "site_admin",
    "point_admin",
    "auditor",
    "identity_reviewer",
    "institution_owner",
    "institution_business_admin",
    "candidate",
)
LEVELS: tuple[Level, ...] = ("zone", "site", "point")
# (role, level of the new body, level of the parent): all that is allowed.
ALLOWED = {
    ("zone_admin", "site", "zone"),
    ("zone_admin", "point", "zone"),
    ("zone_admin", "point", "site"),
    ("site_admin", "point", "site"),
    ("site_admin", "point", "zone"),  # ruled out by scope: the zone lies above a site
}


def parent(level: Level, state: ExamBodyState = "active") -> ExamBody:
    """A body of a level."""
    body_id = uuid4()
    above = None if level == "zone" else uuid4()
    return ExamBody(body_id, 1, level, above, (body_id,), "42", "虚构考区", state)


@pytest.mark.requirement("B4")
@pytest.mark.parametrize(("role", "level", "above"), list(product(ROLES, LEVELS, LEVELS)))
def test_graded_responsibility(role: Role, level: Level, above: Level) -> None:
    """Only the zone creates sites, only zone and site create points, nobody creates a zone."""
    if (role, level, above) in ALLOWED:
        require_may_create(role, level, parent(above))
        return
    with pytest.raises((LevelNotAllowed, ParentLevelWrong)) as refusal:
        require_may_create(role, level, parent(above))
    assert isinstance(refusal.value, Forbidden | Invalid)


def test_nothing_hangs_below_a_closed_body() -> None:
    """A merged or closed parent is refused."""
    for state in ("merged", "closed"):
        with pytest.raises(ExamBodyNotActive):
            require_may_create("zone_admin", "site", parent("zone", state))


def test_prefixes_follow_the_levels() -> None:
    """Two digits for a province, four for a prefecture, six for a county."""
    assert [prefix(code) for code in ("420000", "420100", "420102", "429004")] == ["42", "4201", "420102", "429004"]


counties = st.integers(1, 99).map(lambda n: f"{n:02}")


@pytest.mark.requirement("B5")
@given(city=counties, county=counties, other=counties)
def test_a_territory_covers_what_lies_inside_it(city: str, county: str, other: str) -> None:
    """A county lies in its own prefecture and province and in no other prefecture."""
    code = f"42{city}{county}"
    assert covers(["420000"], code)
    assert covers([f"42{city}00"], code)
    assert covers([f"42{other}00"], code) is (other == city)
    assert not covers([], code)
    assert not covers(["430000"], code)
    with pytest.raises(Forbidden):
        require_covered(["430000"], code)
