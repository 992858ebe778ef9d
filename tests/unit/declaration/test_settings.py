"""What the environment may say."""

import pytest
from pydantic import ValidationError

from services.declaration.settings import Settings


@pytest.mark.parametrize("name", ["draft_remind_days", "full_year_remind_days"])
def test_nobody_is_reminded_after_the_end(name: str) -> None:
    """A negative number of days before it is refused, by its place; the last day itself and any order are not."""
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({name: (3, 0, 7, -1)})
    places = {one["loc"] for one in refused.value.errors() if one["loc"][0] == name}
    assert places == {(name, 3)}


def test_every_list_of_days_refuses_negative_ones() -> None:
    """A list that is added later is held to it too."""
    lists = {name: (-1,) for name in Settings.model_fields if name.endswith("_days")}
    lists = {name: value for name, value in lists.items() if "tuple" in str(Settings.model_fields[name].annotation)}
    assert set(lists) >= {"draft_remind_days", "full_year_remind_days"}
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(lists)
    assert {(name, 0) for name in lists} <= {one["loc"] for one in refused.value.errors()}
