"""The cells of one row: what they say, and everything that is wrong with them, told at once and with what to do."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from services.institution.domain.sheet_import import RowWrong
from shared.errors import FieldProblem

Meaning = TypeVar("Meaning")

_YES: Final = frozenset({"是", "有", "yes", "y", "true", "1"})
_NO: Final = frozenset({"", "否", "无", "no", "n", "false", "0"})


class RowCells:
    """One row. Each question notes what is wrong and gives None for it; `require_right` then refuses the row."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self._problems: list[FieldProblem] = []

    def text(self, field: str) -> str | None:
        """What is written, None for nothing."""
        return self._cells.get(field) or None

    def need(self, field: str) -> str:
        """What is written; nothing is a problem."""
        if (text := self.text(field)) is None:
            self.note(
                field, "required", "此格必填；合并的单元格请取消合并并逐行填写", "Fill in this cell; split merged cells"
            )
        return text or ""

    def matching(self, field: str, text: str | None, pattern: str, code: str, zh: str, en: str) -> str | None:
        """`text` where it is written as it should be."""
        if not text:
            return None
        if re.fullmatch(pattern, text) is None:
            self.note(field, code, zh, en)
            return None
        return text

    def chosen(self, field: str, meanings: Mapping[str, Meaning], zh: str, en: str) -> Meaning | None:
        """What the text means; another text is a problem."""
        text = self.need(field)
        if text and text not in meanings:
            self.note(field, "unknown_choice", zh, en)
        return meanings.get(text)

    def yes(self, field: str) -> bool:
        """是 or nothing; another text is a problem."""
        text = (self.text(field) or "").casefold()
        if text not in _YES | _NO:
            self.note(field, "yes_or_no", "请填写“是”或“否”，空白表示否", "Write 是 (yes) or 否 (no); blank means no")
        return text in _YES

    def note(self, field: str, code: str, zh: str, en: str) -> None:
        """Something is wrong with a cell."""
        self._problems.append(FieldProblem(f"/{field}", code, zh, en))

    def require_right(self) -> None:
        """Raises RowWrong with all that was noted."""
        if self._problems:
            raise RowWrong(problems=self._problems)
