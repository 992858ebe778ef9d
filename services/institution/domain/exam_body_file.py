"""A line of a file of exam bodies: code, name, level, code of the body above, divisions with blanks between."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from shared.errors import Invalid

_LEVELS: Final[dict[str, Literal["site", "point"]]] = {"site": "site", "point": "point"}


class ExamBodyFileWrong(Invalid):
    """A line can not be understood, or contradicts what is there: a level never changes, the past does not return."""

    code = "exam_body_file_wrong"
    message_zh = (
        "考试管理机构数据文件第 {line} 行有误（格式、上级、级别或机构已停用），请改正后重新导入；未导入任何数据。"
    )
    message_en = "Line {line} of the file is wrong (form, parent, level, or a body that is no more). Nothing is loaded."


@dataclass(frozen=True, slots=True)
class ExamBodyLine:
    """What one line says; `number` is its place in the file."""

    number: int
    code: str
    name: str
    level: Literal["site", "point"]
    parent_code: str
    division_codes: tuple[str, ...]


def line_of(number: int, row: dict[str, str]) -> ExamBodyLine:
    """Read one line. Raises ExamBodyFileWrong."""
    try:
        code, name, parent_code = row["code"], row["name"].strip(), row["parent_code"]
        divisions = tuple(sorted(set(row["division_codes"].split())))
        level = _LEVELS[row["level"]]
    except (KeyError, AttributeError):
        raise ExamBodyFileWrong(line=number) from None
    if not re.fullmatch(r"[0-9A-Z]{2,12}", code) or not 2 <= len(name) <= 100 or not parent_code:
        raise ExamBodyFileWrong(line=number)
    return ExamBodyLine(number, code, name, level, parent_code, divisions)
