"""What a line of a sheet of decisions asks for, and what is not kept of it (A38)."""

import pytest

from services.declaration.domain.bulk_decision import WantedRow, wanted_row


def _row(**cells: str) -> WantedRow:
    usual = {"number": "D2027-000001", "decision": "退回", "reason": "period_wrong", "pointer": "/periods/0/from"}
    return wanted_row(2, {**usual, "text": "", **cells})


@pytest.mark.requirement("A38")
@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("D2027-000001", "D2027-000001"),
        (" d2027-1234567 ", "D2027-1234567"),
        ("420106199003070019", None),
        ("D2027-000001 420106199003070019", None),
        ("D2027-42010619900307001", None),
        ("D2027-\uff11\uff12\uff13\uff14\uff15\uff16", None),
        ("D2027-000001\n", "D2027-000001"),
    ],
)
def test_only_a_receipt_number_is_kept(number: str, kept: str | None) -> None:
    """Whatever else stands there makes the row wrong, and nothing of it stays in the row."""
    row = _row(number=number)
    assert row.number == kept
    assert [one.code for one in row.problems] == ([] if kept else ["number_malformed"])
    assert kept or number.strip() not in str(row)


@pytest.mark.requirement("A38")
@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"text": "\u957f" * 500}, None),
        ({"text": "\u957f" * 501}, "text_too_long"),
        ({"pointer": "/" + "a" * 199}, None),
        ({"pointer": "/" + "a" * 200}, "pointer_malformed"),
        ({"pointer": "periods/0"}, "pointer_malformed"),
        ({"pointer": ""}, None),
        ({"reason": "x" * 40}, None),
        ({"reason": "x" * 41}, "reason_malformed"),
    ],
)
def test_reasons_obey_the_limits_of_the_form(cells: dict[str, str], code: str | None) -> None:
    """A reason beyond them makes the row wrong and is not kept."""
    row = _row(**cells)
    assert [one.code for one in row.problems] == ([code] if code else [])
    assert bool(row.reasons) == (code is None)
    assert row.result == ("wrong" if code else "unread")
