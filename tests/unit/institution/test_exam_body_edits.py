"""What must hold of the tree of exam bodies after an edit, without a database (B4, 5.8)."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.institution.domain.division import covers
from services.institution.domain.exam_body import ExamBody, ExamBodyState, Level, Territory
from services.institution.domain.exam_body_edits import (
    BodiesWithoutParent,
    InstitutionsWithoutBody,
    TerritoriesOverlap,
    TerritoryNotCovered,
    changed,
    joined,
    overlap,
    replanted,
    require_sound,
)
from services.institution.domain.filing_body import NotAboveBoth, require_above_both
from shared.errors import Conflict

ZONE, SITE, OTHER, POINT = (UUID(int=n) for n in range(1, 5))

divisions = st.lists(
    st.sampled_from(["420000", "420100", "420102", "420103", "420200", "429000", "429004"]), max_size=5
)


def body(id: UUID, level: Level, above: Territory | None, *codes: str, state: ExamBodyState = "active") -> Territory:
    """A body below another."""
    path = (*(() if above is None else above.body.path), id)
    parent = None if above is None else above.body.id
    return Territory(ExamBody(id, 1, level, parent, path, f"C{id.int}", f"虚构{id.int}", state), codes)


def tree() -> dict[UUID, Territory]:
    """A zone with two sites, and a point below the first."""
    zone = body(ZONE, "zone", None, "420000")
    site = body(SITE, "site", zone, "420100")
    other = body(OTHER, "site", zone, "420200")
    return {ZONE: zone, SITE: site, OTHER: other, POINT: body(POINT, "point", site, "420102")}


@given(divisions, divisions)
def test_joining_territories_keeps_every_division_and_no_code_twice(left: list[str], right: list[str]) -> None:
    """What either covered is covered afterwards, and no code lies in another."""
    together = joined(left, right)
    assert all(covers(together, code) for code in [*left, *right])
    assert set(together) <= {*left, *right}
    assert not any(overlap([one], [other]) for one in together for other in together if one != other)


@given(divisions, divisions)
def test_overlap_is_symmetric_and_what_counties_say(left: list[str], right: list[str]) -> None:
    """Two territories overlap exactly when one of them covers a code of the other."""
    by_hand = any(covers(right, one) for one in left) or any(covers(left, one) for one in right)
    assert overlap(left, right) is overlap(right, left) is by_hand


def test_a_moved_body_takes_what_lies_below_along() -> None:
    """Paths follow the parents; only what became different gets a new version."""
    before = tree()
    hung = replace(before[SITE].body, parent_id=OTHER)
    planted = replanted([replace(one, body=hung) if one.body.id == SITE else one for one in before.values()])
    after = changed(list(before.values()), planted)
    assert {one.body.id: (one.body.path, one.body.version) for one in after} == {
        SITE: ((ZONE, OTHER, SITE), 2),
        POINT: ((ZONE, OTHER, SITE, POINT), 2),
    }


@pytest.mark.requirement("B4", "B18")
@pytest.mark.parametrize(
    ("change", "housed", "refusal"),
    [
        ({OTHER: ("420100", "420200")}, {}, TerritoriesOverlap),
        ({OTHER: ("420103", "420200")}, {}, TerritoriesOverlap),
        ({SITE: ("420103",)}, {}, TerritoryNotCovered),
        ({POINT: ("420103",)}, {(POINT, "420102"): 2}, InstitutionsWithoutBody),
        ({POINT: ()}, {(POINT, "420102"): 2}, None),
        ({POINT: ("420102", "420103")}, {(POINT, "420102"): 2}, None),
    ],
)
def test_territories_are_guarded(
    change: dict[UUID, tuple[str, ...]], housed: dict[tuple[UUID, str], int], refusal: type[Conflict] | None
) -> None:
    """No overlap of siblings, nothing outside the body above, no institution outside its body."""
    after = {id: replace(one, division_codes=change.get(id, one.division_codes)) for id, one in tree().items()}
    if refusal is None:
        require_sound(list(after.values()), housed, frozenset(change))
        return
    with pytest.raises(refusal):
        require_sound(list(after.values()), housed, frozenset(change))


@pytest.mark.requirement("B4")
@pytest.mark.parametrize(
    ("gone", "housed", "refusal"),
    [(SITE, {}, BodiesWithoutParent), (POINT, {(POINT, "420102"): 1}, InstitutionsWithoutBody), (POINT, {}, None)],
)
def test_a_body_that_others_depend_on_is_not_closed(
    gone: UUID, housed: dict[tuple[UUID, str], int], refusal: type[Conflict] | None
) -> None:
    """Neither bodies below nor institutions are left without one."""
    after = tree()
    after[gone] = Territory(replace(after[gone].body, state="closed"), ())
    if refusal is None:
        require_sound(list(after.values()), housed, frozenset({gone}))
        return
    with pytest.raises(refusal):
        require_sound(list(after.values()), housed, frozenset({gone}))


@pytest.mark.requirement("B5")
def test_only_a_body_above_both_says_with_whom_an_institution_files() -> None:
    """The zone may always, a site between its points, and nobody for the body that he speaks for himself."""
    site, point = [ZONE, SITE], [ZONE, SITE, POINT]
    require_above_both(ZONE, site, point)
    require_above_both(ZONE, point, [ZONE])
    require_above_both(SITE, point, [ZONE, SITE, UUID(int=9)])
    for old, new in ((site, point), (point, site)):
        with pytest.raises(NotAboveBoth):
            require_above_both(SITE, old, new)
