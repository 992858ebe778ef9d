"""Administrative divisions (GB/T 2260): which codes a territory covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.errors import FieldProblem, Forbidden, Invalid


class DivisionOutsideTerritory(Forbidden):
    """An exam body creates nothing outside its own territory (B5)."""

    code = "division_outside_territory"
    message_zh = "行政区划 {division} 不在考试管理机构的辖区内，请核对区划或联系辖区所在的考试管理机构。"
    message_en = "Division {division} is outside the exam body's territory; check it, or ask the body that covers it."


class DivisionUnknown(Invalid):
    """Not a division of today's table."""

    code = "division_unknown"
    message_zh = "行政区划代码无效，请从列表中选择现行区划。"
    message_en = "This is not a current division code; choose one from the list."


@dataclass(frozen=True, slots=True)
class Division:
    """One row of the table; a former code names its successor. `valid_to` is its last day, where known."""

    code: str
    name: str
    level: Literal["province", "prefecture", "county"]
    parent_code: str | None
    current: bool
    statistical: bool
    successor_code: str | None
    valid_from: date | None = None
    valid_to: date | None = None


def prefix(code: str) -> str:
    """What all codes below `code` begin with: 420000 -> 42, 420100 -> 4201, 420102 -> 420102."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def covers(territory: Iterable[str], division_code: str) -> bool:
    """Whether a division lies in one of the territory's divisions."""
    return any(division_code.startswith(prefix(code)) for code in territory)


def require_covered(territory: Iterable[str], division_code: str) -> None:
    """Raises DivisionOutsideTerritory (B5)."""
    if not covers(territory, division_code):
        raise DivisionOutsideTerritory(division=division_code)


def unknown(pointer: str) -> DivisionUnknown:
    """The refusal for a code that the table does not have, pointing at its field."""
    problem = FieldProblem(pointer, DivisionUnknown.code, DivisionUnknown.message_zh, DivisionUnknown.message_en)
    return DivisionUnknown(problems=[problem])
