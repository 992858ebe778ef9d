"""The division table is loaded from a file, never written in code (5.8)."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from services.institution.domain.division import Division
from services.institution.storage import divisions
from shared.errors import Invalid
from shared.postgres.transaction import Transaction

_LEVELS: Final[Mapping[str, Literal["province", "prefecture", "county"]]] = {
    "province": "province",
    "prefecture": "prefecture",
    "county": "county",
}


class DivisionFileWrong(Invalid):
    """A line of the file can not be understood."""

    code = "division_file_wrong"
    message_zh = "区划数据文件第 {line} 行有误，请改正后重新导入；本次未导入任何数据。"
    message_en = "Line {line} of the division file is wrong; correct it and load again. Nothing was loaded."


async def load_divisions(tx: Transaction, lines: Iterable[str]) -> int:
    """Read CSV with the columns of the table and write it; the number of divisions. Raises DivisionFileWrong."""
    rows = []
    for number, row in enumerate(csv.DictReader(lines), start=2):
        try:
            rows.append(_division(row))
        except (KeyError, AttributeError, ValueError):
            raise DivisionFileWrong(line=number) from None
    await divisions.upsert_many(tx, rows)
    return len(rows)


def _division(row: dict[str, str]) -> Division:
    if len(row["code"]) != 6 or not row["code"].isdigit() or not row["name"]:
        raise KeyError(row["code"])
    current = {"true": True, "false": False}[row["current"]]
    first, last = (date.fromisoformat(row[term]) if row.get(term) else None for term in ("valid_from", "valid_to"))
    # What is over names what came after it; what is in force has no last day.
    if (current and (last is not None or row["successor_code"])) or (not current and not row["successor_code"]):
        raise ValueError(row["code"])
    return Division(
        code=row["code"],
        name=row["name"],
        level=_LEVELS[row["level"]],
        parent_code=row["parent_code"] or None,
        current=current,
        statistical={"true": True, "false": False}[row["statistical"]],
        successor_code=row["successor_code"] or None,
        valid_from=first,
        valid_to=last,
    )
