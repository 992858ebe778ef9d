"""What every row and every degree needs: one basis (A27), the three groups of a row (A30), one current row (A32)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.completeness import completeness_problems
from shared.contracts.identity import PersonIdentity
from tests.unit.declaration.judging import CURRENT, DEGREE, TODAY
from tests.unit.declaration.test_content import FULL, PAST, read

SOMEONE = PersonIdentity(
    name="申报一",
    document_type="resident_id",
    document_no="420106199203070039",
    sex="1",
    birth_date="1992-03-07",
    ethnicity_code="01",
)
PLACED = {"institution_name": "外省医院", "division_code": "430102"}


def codes(value: dict[str, Any]) -> set[tuple[str, str]]:
    """(pointer, code) of everything that is missing."""
    found = completeness_problems(read(value), "prescribed_education", SOMEONE, 2027, TODAY)
    return {(one.pointer, one.code) for one in found}


@pytest.mark.requirement("A27")
@given(st.lists(st.booleans(), max_size=6))
def test_exactly_one_degree_is_the_basis(marks: list[bool]) -> None:
    """However many degrees, and whichever are marked: complete when one is, and only then."""
    degrees = [DEGREE | {"is_basis": mark} for mark in marks]
    refused = ("/education", "education_basis") in codes(FULL | {"education": degrees})
    assert refused is (sum(marks) != 1)


@pytest.mark.requirement("A32")
@given(st.lists(st.booleans(), max_size=6))
def test_exactly_one_row_is_current(marks: list[bool]) -> None:
    """However many rows: complete when one of them is the current one, and only then."""
    rows = [(CURRENT if mark else PAST) | PLACED for mark in marks]
    refused = ("/periods", "current_row") in codes(FULL | {"periods": rows})
    assert refused is (sum(marks) != 1)


@pytest.mark.requirement("A30")
@pytest.mark.parametrize(
    ("left_out", "pointer", "code"),
    [
        ("institution_name", "institution_id", "institution_missing"),
        ("division_code", "institution_id", "institution_missing"),
        ("department", "department", "required"),
        ("position", "position", "required"),
        ("from", "from", "required"),
        ("to", "to", "required"),
    ],
)
@pytest.mark.parametrize("row", [0, 1])
def test_each_row_is_asked_for_place_position_and_dates(row: int, left_out: str, pointer: str, code: str) -> None:
    """Whatever is left out of whichever earlier row is told with its place, and nothing of the other row."""
    rows = [PAST | PLACED, PAST | PLACED, CURRENT | PLACED]
    found = codes(FULL | {"periods": rows})
    rows[row] = {name: value for name, value in rows[row].items() if name != left_out}
    assert codes(FULL | {"periods": rows}) - found == {(f"/periods/{row}/{pointer}", code)}
