"""Does the kind of physician go with what is declared (P10), and what is odd about a typed number (5.5)."""

from typing import Any

import pytest

from services.declaration.domain.supervision import Supervisor
from services.declaration.domain.supervisor_category import category_findings, number_warnings
from tests.unit.declaration.judging import CURRENT
from tests.unit.declaration.test_content import FULL, HERE, PAST, WHO, read

GUIDE = Supervisor(WHO, HERE, 1, "110", False, True)
PICKED = {"supervisor_id": str(WHO)}
OUTSIDE = PAST | {"institution_name": "外省医院"}
TYPED = {"name": "顾维安", "practising_certificate_no": "110420106000123"}


def said(period: dict[str, Any], *guides: dict[str, Any]) -> Any:
    """One row with these supervisors."""
    return read(FULL | {"periods": [period | {"supervisors": list(guides)}]})


@pytest.mark.requirement("P10")
@pytest.mark.parametrize(
    ("families", "mismatched"),
    [({"clinical"}, False), ({"tcm", "integrated"}, True), ({"tcm", "clinical"}, False), (set(), True)],
)
def test_the_table_of_the_cycle_decides(families: set[str], mismatched: bool) -> None:
    """Picked or typed: a clinical physician may guide where the table lets clinical guide, and nowhere else."""
    for content in (said(CURRENT, PICKED), said(OUTSIDE, TYPED)):
        found = [(one.rule, one.pointer) for one in category_findings(content, {WHO: GUIDE}, families)]
        assert found == ([("supervisor_category", "/periods/0/supervisors/0")] if mismatched else [])


@pytest.mark.requirement("C3")
@pytest.mark.parametrize(
    ("number", "warned"),
    [
        ("110420106000123", False),
        ("110660106000123", False),
        ("199420106000123", True),
        ("110990106000123", True),
        ("11042010600012", False),
    ],
)
def test_dirty_numbers_only_warn(number: str, warned: bool) -> None:
    """An unknown kind or region is worth a look; a wrong length is refused elsewhere (5.5)."""
    found = [one.rule for one in number_warnings(said(OUTSIDE, TYPED | {"practising_certificate_no": number}))]
    assert found == (["supervisor_number_unusual"] if warned else [])


def test_an_unknown_kind_is_no_mismatch_when_typed() -> None:
    """Nobody is refused for digits that the table does not know: that warns (5.5)."""
    content = said(OUTSIDE, TYPED | {"practising_certificate_no": "199420106000123"})
    assert list(category_findings(content, {}, {"clinical"})) == []
