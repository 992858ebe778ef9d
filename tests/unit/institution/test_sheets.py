"""Cells and columns of sheets, without files: what rows mean, what is wrong, and what repeats (B7, P2, 5.5)."""

import pytest

from services.institution.domain import institution_sheet, supervisor_sheet
from services.institution.domain.sheet_import import RowWrong, SeenKeys
from shared.spreadsheets.columns import records

GOOD = {"name": "虚构诊所", "division_code": "420102", "institution_type": "诊所"}


def test_columns_are_named_by_chinese_titles_or_identifiers_in_any_order() -> None:
    """Mixed and reordered titles mean the same fields; unknown, repeated and missing ones mean none."""
    columns = institution_sheet.COLUMNS
    assert columns.fields(["机构类型", " Name ", "区划代码"]) == ["institution_type", "name", "division_code"]
    for header in (
        ["机构名称", "区划代码"],
        ["机构名称", "name", "区划代码", "机构类型"],
        [*columns.titles, "密码"],
        [],
    ):
        assert columns.fields(header) is None
    assert columns.title("owner_phone") == "主账号手机号"


def test_records_keep_the_line_numbers_of_the_program() -> None:
    """Blank rows are left out, short ones filled up."""
    rows = [["甲", "1"], [], ["", ""], ["乙"]]
    assert list(records(["name", "no"], rows)) == [(2, {"name": "甲", "no": "1"}), (5, {"name": "乙", "no": ""})]


@pytest.mark.requirement("B7")
def test_numbers_and_phones_are_tidied_and_types_understood() -> None:
    """Blanks and hyphens go; Chinese type and identifier mean the same."""
    cells = {
        **GOOD,
        "credit_code": "9135 0100 m000100y43",
        "registration_no": "pdy-1234567890",
        "owner_name": "甄主任",
        "owner_phone": "139-0000 7001",
        "credit_code_reason": "已核对证书原件",
    }
    wanted = institution_sheet.wanted_institution(cells)
    assert (wanted.credit_code, wanted.registration_no) == ("91350100M000100Y43", "PDY1234567890")
    assert (wanted.owner_phone, wanted.credit_code_reason) == ("13900007001", "已核对证书原件")
    assert institution_sheet.wanted_institution({**GOOD, "institution_type": "clinic"}).institution_type == "clinic"
    assert institution_sheet.keys_of(wanted) == [
        ("name", "420102 虚构诊所"),
        ("credit_code", "91350100M000100Y43"),
        ("registration_no", "PDY1234567890"),
    ]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"name": ""}, ["required"]),
        ({"name": "<b>"}, ["name_invalid"]),
        ({"division_code": "42010"}, ["division_invalid"]),
        ({"institution_type": "皇宫"}, ["unknown_choice"]),
        ({"filing_body_code": "考点"}, ["body_code_invalid"]),
        ({"owner_name": "甄主任"}, ["owner_incomplete"]),
        ({"owner_name": "甄7", "owner_phone": "12"}, ["person_name_invalid", "phone_invalid"]),
        ({"credit_code_reason": "x"}, ["reason_invalid"]),
    ],
)
def test_every_wrong_cell_is_told(change: dict[str, str], codes: list[str]) -> None:
    """With the field, a code, and a text in each language."""
    with pytest.raises(RowWrong) as refusal:
        institution_sheet.wanted_institution({**GOOD, **change})
    problems = refusal.value.problems
    assert [problem.code for problem in problems] == codes
    assert all(problem.pointer and problem.message_zh and problem.message_en for problem in problems)


@pytest.mark.requirement("P2")
def test_a_supervisor_row_may_leave_everything_but_name_and_number_out() -> None:
    """Category and limit are then decided elsewhere."""
    wanted = supervisor_sheet.wanted_supervisor({"name": "甄带教", "practising_certificate_no": "110 420106 000123"})
    assert wanted == supervisor_sheet.WantedSupervisor("甄带教", "110420106000123", None, False, None)
    assert supervisor_sheet.keys_of(wanted) == [("practising_certificate_no", "110420106000123")]


def test_what_repeats_names_the_first_line() -> None:
    """Per key; the same line asked again after a kill repeats nothing."""
    seen = SeenKeys()
    assert seen.repeated(2, [("name", "a"), ("credit_code", "x")]) == []
    assert seen.repeated(2, [("name", "a")]) == []
    (problem,) = seen.repeated(7, [("name", "b"), ("credit_code", "x")])
    assert (problem.pointer, problem.message_zh) == ("/credit_code", "与第 2 行重复，请只保留一行")
    assert seen.repeated(8, [("registration_no", "x")]) == []
