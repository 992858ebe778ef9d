"""Staff accounts: their states, and that rights only ever shrink on the way down."""

from dataclasses import replace
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.authority import (
    GRANTS,
    LEVELS,
    BeyondOwnRights,
    Level,
    ScopeNode,
    require_grant,
    require_may_invite,
    roles_below,
)
from services.identity.domain.staff_account import StaffAccount, StaffMove, StaffMoveNotAllowed, StaffState

ROLES = (
    "zone_admin",
    "site_admin",
    "point_admin",
    "institution_owner",
    "institution_business_admin",
    "identity_reviewer",
    "auditor",
)

LEGAL = {
    ("invited", "activate", "active"),
    ("invited", "disable", "disabled"),
    ("active", "lock", "locked"),
    ("active", "disable", "disabled"),
    ("locked", "unlock", "active"),
    ("active", "reset", "locked"),
    ("locked", "reset", "locked"),
    ("locked", "disable", "disabled"),
    ("disabled", "archive", "archived"),
}


def account(state: StaffState) -> StaffAccount:
    """An account in some state."""
    return StaffAccount(
        staff_id=UUID(int=1),
        role="institution_owner",
        scope_kind="institution",
        scope_id=UUID(int=2),
        scope_name="江城第九医院",
        name_sealed=b"",
        phone_sealed=b"",
        phone_index=b"",
        state=state,
        version=4,
        language="zh",
        password_phc=None,
        totp_sealed=None,
        totp_step=0,
        responsibility_accepted_at=None,
        last_login_at=None,
        invited_until=None,
    )


@pytest.mark.requirement("V25")
def test_exactly_the_moves_of_the_table_are_possible() -> None:
    """Of 5 states x 6 moves nine are possible; each raises the version by one."""
    found = set()
    for state in get_args(StaffState):
        for move in get_args(StaffMove):
            try:
                after = account(state).moved(move)
            except StaffMoveNotAllowed:
                continue
            assert after == replace(account(state), state=after.state, version=5)
            found.add((state, move, after.state))
    assert found == LEGAL


@pytest.mark.requirement("V12")
@given(st.sampled_from(ROLES), st.lists(st.sampled_from(ROLES), max_size=8))
def test_rights_shrink_on_every_way_down(start: str, wishes: list[str]) -> None:
    """Along any chain of invitations each account may call strictly fewer roles into being than the one above, none of
    them a role the one above could not reach."""
    current = start
    for wish in wishes:
        try:
            require_grant(current, wish)
        except BeyondOwnRights:
            assert wish not in GRANTS.get(current, frozenset())
            continue
        above, below = GRANTS[current], GRANTS.get(wish, frozenset())
        reachable = above | {role for middle in above for role in GRANTS.get(middle, frozenset())}
        assert below < reachable
        assert wish not in below
        current = wish


LEVELS_DOWN: tuple[Level, ...] = ("zone", "site", "point", "institution")


@st.composite
def trees(draw: st.DrawFn) -> list[ScopeNode]:
    """A random tree below one zone: sites, points and institutions, each below some node of a higher level."""
    zone = UUID(int=1)
    nodes = [ScopeNode(zone, "zone", (zone,), "", "active")]
    for number in range(2, draw(st.integers(3, 14))):
        level = draw(st.sampled_from(LEVELS_DOWN[1:]))
        above = [node for node in nodes if LEVELS_DOWN.index(node.level) < LEVELS_DOWN.index(level)]
        parent = draw(st.sampled_from(above))
        node_id = UUID(int=number)
        nodes.append(ScopeNode(node_id, level, (*parent.path, node_id), "", "active"))
    return nodes


def powers(role: str, scope: UUID, tree: list[ScopeNode]) -> set[tuple[str, UUID]]:
    """Every account that somebody of `role` at `scope` may see, disable, unlock and reset."""
    inside = [node for node in tree if scope in node.path]
    return {(below, node.scope_id) for below in roles_below(role) for node in inside if node.level in LEVELS[below]}


@pytest.mark.requirement("V12", "V24", "B4", "B5")
@given(trees(), st.sampled_from(ROLES), st.data())
def test_a_child_never_has_more_than_its_creator(tree: list[ScopeNode], start: str, data: st.DataObject) -> None:
    """In random hierarchies, along random chains of invitations: the child is one of the accounts its creator looks
    after, and looks after strictly fewer itself; whatever is refused lies outside."""
    own = data.draw(st.sampled_from([node for node in tree if node.level in LEVELS[start]] or tree[:1]))
    role, scope = start, own.scope_id
    for _ in range(4):
        wish, node = data.draw(st.sampled_from(ROLES)), data.draw(st.sampled_from(tree))
        mine = powers(role, scope, tree)
        try:
            require_may_invite(role, scope, wish, node)
        except BeyondOwnRights:
            assert wish not in GRANTS.get(role, ()) or (wish, node.scope_id) not in mine
            continue
        assert (wish, node.scope_id) in mine
        assert powers(wish, node.scope_id, tree) < mine
        role, scope = wish, node.scope_id


@pytest.mark.requirement("V12")
def test_an_unknown_node_is_nobodys() -> None:
    """A node nobody has heard of is refused like one of somebody else."""
    for role in ROLES:
        for wish in ROLES:
            with pytest.raises(BeyondOwnRights):
                require_may_invite(role, UUID(int=1), wish, None)
