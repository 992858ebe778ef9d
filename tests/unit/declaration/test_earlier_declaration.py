"""What of last year's content still holds (P11)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.content import Content, Guidance, Period
from services.declaration.domain.earlier_declaration import carried_over
from shared.ids import new_id

_HERE, _THERE, _GONE, _GUIDE, _LEFT = (new_id() for _ in range(5))


def _period(**more: Any) -> Period:
    return Period.model_validate({"institution_id": _HERE, "from": "2025-07-01"} | more)


def _codes(content: Content) -> set[tuple[str, str]]:
    return {(one.pointer, one.code) for one in carried_over(content, _HERE, {_HERE, _THERE}, {_GUIDE}).left_out}


@pytest.mark.requirement("P11")
def test_each_thing_that_holds_no_longer_is_named() -> None:
    """An end of last year, a unit left, an institution gone, a supervisor gone, flags of last year: one name each."""
    guides = [Guidance(supervisor_id=_GUIDE), Guidance(supervisor_id=_LEFT), Guidance(name="马有道")]
    content = Content(
        periods=[
            _period(is_current=True, to="2026-12-01"),
            _period(institution_id=_THERE, to="2025-06-30", supervisors=guides),
            _period(institution_id=_GONE, institution_name="旧医院", to="2024-06-30"),
        ],
        fresh_graduate=True,
        is_assistant_upgrade=True,
    )
    assert _codes(content) == {
        ("/periods/0/to", "not_carried_over"),
        ("/periods/1/supervisors", "supervisor_unknown"),
        ("/periods/2/institution_id", "institution_unknown"),
        ("/fresh_graduate", "not_carried_over"),
        ("/assistant", "not_carried_over"),
    }
    copy = carried_over(content, _HERE, {_HERE, _THERE}, {_GUIDE}).content
    assert (copy.periods[0].last_day, copy.periods[2].institution_id) == (None, None)
    assert [one.name or one.supervisor_id for one in copy.periods[1].supervisors] == [_GUIDE, "马有道"]
    assert not copy.fresh_graduate
    assert not copy.is_assistant_upgrade
    assert copy.periods[2].institution_name == "旧医院"


@pytest.mark.requirement("P11")
@given(
    st.lists(
        st.builds(
            Period,
            is_current=st.booleans(),
            institution_id=st.sampled_from([None, _HERE, _THERE, _GONE]),
            last_day=st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1)),
            supervisors=st.lists(st.builds(Guidance, supervisor_id=st.sampled_from([None, _GUIDE, _LEFT])), max_size=3),
        ),
        max_size=6,
    )
)
def test_nothing_is_lost_in_silence(periods: list[Period]) -> None:
    """Whatever differs between a row and its copy is named with its pointer, and rows get ids of their own."""
    copied = carried_over(Content(periods=periods), _HERE, {_HERE, _THERE}, {_GUIDE})
    named = {one.pointer for one in copied.left_out}
    assert len(copied.content.periods) == len(periods)
    for row, (old, new) in enumerate(zip(periods, copied.content.periods, strict=True)):
        assert new.id != old.id
        pointers = {"is_current": "is_current", "last_day": "to", "institution_id": "institution_id"}
        for field, pointer in (pointers | {"supervisors": "supervisors"}).items():
            if getattr(old, field) != getattr(new, field):
                assert f"/periods/{row}/{pointer}" in named
