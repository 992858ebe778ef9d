"""What the environment may say."""

import pytest
from pydantic import ValidationError

from services.declaration.settings import Settings


def test_nobody_is_reminded_after_the_end() -> None:
    """A negative number of days before it is refused, by its place."""
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"draft_remind_days": (3, 0, -1)})
    places = {one["loc"] for one in refused.value.errors() if one["loc"][0] == "draft_remind_days"}
    assert places == {("draft_remind_days", 2)}
