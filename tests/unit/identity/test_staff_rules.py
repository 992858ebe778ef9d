"""Staff accounts: their states, and that rights only ever shrink on the way down."""

from dataclasses import replace
from typing import get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.authority import GRANTS, BeyondOwnRights, require_grant, require_own_scope
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
    )


@pytest.mark.requirement("V25")
def test_exactly_the_moves_of_the_table_are_possible() -> None:
    """Of 5 states x 5 moves seven are possible; each raises the version by one."""
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


@pytest.mark.requirement("V12")
@pytest.mark.parametrize("giver", ROLES)
@pytest.mark.parametrize("role", ROLES)
def test_own_scope_and_role_are_both_needed(giver: str, role: str) -> None:
    """Only owners for their institution and the zone for its reviewers may invite here, and never for another node."""
    own, allowed = (
        uuid4(),
        {
            ("institution_owner", "institution_business_admin"),
            ("zone_admin", "identity_reviewer"),
            ("zone_admin", "auditor"),
        },
    )
    for scope, inside in ((own, True), (uuid4(), False)):
        if (giver, role) in allowed and inside:
            require_own_scope(giver, own, role, scope)
        else:
            with pytest.raises(BeyondOwnRights):
                require_own_scope(giver, own, role, scope)
    with pytest.raises(BeyondOwnRights):
        require_own_scope(giver, None, role, own)
