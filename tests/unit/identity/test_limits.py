"""What the environment may say about limits."""

import pytest
from pydantic import ValidationError

from services.identity.domain.limits import StaffLimits


def test_nobody_is_reminded_of_an_invitation_after_its_end() -> None:
    """A negative number of days before it is refused; the last day itself is not."""
    assert StaffLimits(invitation_remind_days=(1, 0)).invitation_remind_days == (1, 0)
    with pytest.raises(ValidationError, match="invitation_remind_days"):
        StaffLimits(invitation_remind_days=(1, -1))
