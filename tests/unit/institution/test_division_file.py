"""The division file that comes with the service (5.8)."""

import csv

from services.institution.commands.load_divisions import shipped_files

CODES = [row for file in shipped_files() for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]


def test_the_province_is_complete() -> None:
    """103 counties and 2 statistical areas in 14 groups, and no prefecture 4204."""
    current = [row for row in CODES if row["current"] == "true"]
    counties = [row for row in current if row["level"] == "county"]
    assert len([row for row in counties if row["statistical"] == "false"]) == 103
    assert sorted(row["code"] for row in counties if row["statistical"] == "true") == ["421071", "421171"]
    assert len([row for row in current if row["level"] == "prefecture"]) == 14
    assert not [row for row in CODES if row["code"].startswith("4204")]


def test_every_row_hangs_where_its_code_says() -> None:
    """Parents exist, codes are unique, former codes name a successor of today."""
    by_code = {row["code"]: row for row in CODES}
    assert len(by_code) == len(CODES)
    for row in CODES:
        if row["level"] == "province":
            continue
        expected = f"{row['code'][:4]}00" if row["level"] == "county" else f"{row['code'][:2]}0000"
        assert row["parent_code"] == expected
        assert expected in by_code
        assert (row["current"] == "false") is bool(row["successor_code"])
        assert not row["successor_code"] or by_code[row["successor_code"]]["current"] == "true"
