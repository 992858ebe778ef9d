"""Whether an approval is the first of two, the decision, or refused, by who acts, what is asked and who is there."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.declaration.domain.second_look import FirstApproval, SecondLook, is_first_of_two
from services.declaration.domain.second_look_errors import FirstApprovalIsYours, SecondReviewerMissing
from shared.actor import Actor
from shared.ids import new_id

ONE, OTHER, PERSON = new_id(), new_id(), new_id()
AT = datetime(2026, 12, 20, tzinfo=UTC)


def reviewer(staff_id: UUID, person_id: UUID | None = None) -> Actor:
    """A business admin."""
    return Actor("staff", staff_id, "institution_business_admin", person_id=person_id)


@pytest.mark.requirement("A38")
@pytest.mark.parametrize("first", [None, FirstApproval(ONE, None, AT), FirstApproval(OTHER, None, AT)])
@pytest.mark.parametrize("others", [0, 1])
def test_where_nobody_asks_for_two_one_decides(first: FirstApproval | None, others: int) -> None:
    """Off, every approval is the decision, whatever was said before it was switched off."""
    assert is_first_of_two(SecondLook(False, others), first, reviewer(ONE)) is False


@pytest.mark.requirement("A38")
def test_the_first_waits_and_the_second_decides() -> None:
    """The first approval waits where somebody else could look; another's first approval is confirmed, also by the last
    reviewer that is left."""
    assert is_first_of_two(SecondLook(True, 1), None, reviewer(ONE)) is True
    for others in (0, 1):
        assert is_first_of_two(SecondLook(True, others), FirstApproval(OTHER, None, AT), reviewer(ONE)) is False


@pytest.mark.requirement("A38")
def test_one_person_is_one_pair_of_eyes() -> None:
    """The same account, and another account of the same person, do not confirm; unknown persons are told apart by
    account."""
    look = SecondLook(True, 1)
    with pytest.raises(FirstApprovalIsYours):
        is_first_of_two(look, FirstApproval(ONE, None, AT), reviewer(ONE))
    with pytest.raises(FirstApprovalIsYours):
        is_first_of_two(look, FirstApproval(OTHER, PERSON, AT), reviewer(ONE, PERSON))
    assert is_first_of_two(look, FirstApproval(OTHER, PERSON, AT), reviewer(ONE, new_id())) is False
    assert is_first_of_two(look, FirstApproval(OTHER, None, AT), reviewer(ONE, None)) is False


@pytest.mark.requirement("A38")
@pytest.mark.parametrize("first", [None, FirstApproval(ONE, None, AT)])
def test_a_unit_of_one_is_told_what_to_do(first: FirstApproval | None) -> None:
    """Without anybody else the approval is refused, with both ways out named."""
    with pytest.raises(SecondReviewerMissing) as refused:
        is_first_of_two(SecondLook(True, 0), first, reviewer(ONE))
    assert "增设业务管理员" in refused.value.message_zh
    assert "考试管理机构" in refused.value.message_zh
