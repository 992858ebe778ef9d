"""The sections of the form (A24, P17)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.content import Content
from services.declaration.domain.sections import (
    FIELDS,
    SECTIONS,
    SectionState,
    by_part,
    changed_sections,
    is_empty,
    part_of,
    section_state,
    with_section,
    without_sections,
)
from shared.errors import FieldProblem

_CONTENTS = st.builds(
    Content,
    fresh_graduate=st.booleans(),
    is_active_military=st.booleans(),
    is_assistant_upgrade=st.booleans(),
    ethnicity_code=st.sampled_from([None, "01", "15"]),
    note=st.sampled_from([None, "无"]),
)
_SECTIONS = st.sampled_from(sorted(FIELDS))


@pytest.mark.requirement("P17")
def test_every_field_belongs_to_exactly_one_section() -> None:
    """A field without a section would be lost by saves of sections."""
    placed = [field for fields in FIELDS.values() for field in fields]
    assert sorted(placed) == sorted(Content.model_fields)


@given(_CONTENTS, _CONTENTS, _SECTIONS)
def test_a_section_is_replaced_alone(mine: Content, other: Content, section: str) -> None:
    """After it, nothing but the section can differ from before, and the section is as in the source."""
    merged = with_section(mine, section, other)
    assert set(changed_sections(mine, merged)) <= {section}
    assert section not in changed_sections(other, merged)
    assert is_empty(without_sections(mine, [section]), section)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"editable": False, "judged": True, "empty": False, "problems": 0}, SectionState.LOCKED),
        ({"editable": True, "judged": True, "empty": True, "problems": 0}, SectionState.COMPLETE),
        ({"editable": True, "judged": True, "empty": True, "problems": 1}, SectionState.NOT_STARTED),
        ({"editable": True, "judged": True, "empty": False, "problems": 1}, SectionState.INCOMPLETE),
        ({"editable": True, "judged": False, "empty": False, "problems": 0}, SectionState.INCOMPLETE),
        ({"editable": True, "judged": False, "empty": True, "problems": 0}, SectionState.NOT_STARTED),
    ],
)
def test_states_of_a_section(facts: dict[str, Any], state: SectionState) -> None:
    """Every combination that can occur has its state."""
    assert section_state(**facts) is state


def test_pointers_lead_to_sections() -> None:
    """What belongs nowhere else is basic."""
    pointers = ("/periods/0/to", "/documents", "/fresh_graduate", "", "/education", "/reasons/0", "/exam_category_code")
    sections = ["periods", "documents", "basics", "basics", "education", "reasons", "choice"]
    assert [part_of(one) for one in pointers] == sections


def test_every_section_is_shown_and_what_stands_beside_it_when_it_lacks_something() -> None:
    """A reason without an answer and a category that is over are nothing that basic data could mend."""
    answer, category = (FieldProblem(one, "x", "", "") for one in ("/reasons/1", "/exam_category_code"))
    assert list(by_part([])) == list(SECTIONS)
    found = by_part([answer, category])
    assert list(found) == ["choice", *SECTIONS, "reasons"]
    assert (found["choice"], found["reasons"], found["basics"]) == ([category], [answer], [])
