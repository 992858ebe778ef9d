"""The same sheet with what became of each row, for who uploaded it; the look is recorded (V64, V69)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from services.institution.domain.scope import scope_of
from services.institution.domain.sheet_import import ImportRow, RowResult
from services.institution.storage import sheet_import_rows, sheet_imports
from services.institution.use_cases.importing.kinds import KINDS
from services.institution.use_cases.importing.note_sheet import note_sheet
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.spreadsheets.columns import Columns
from shared.spreadsheets.writer import BYTE_ORDER_MARK, csv_lines

_PAGE: Final = 500
_HEADER: Final[Mapping[str, tuple[str, ...]]] = {
    "zh": ("行号", "结果", "说明", "编号"),
    "en": ("line", "result", "what to do", "id"),
}
_RESULTS: Final[Mapping[RowResult, tuple[str, str]]] = {
    "wrong": ("有误，未导入", "wrong, not imported"),
    "waiting": ("待导入", "waiting"),
    "done": ("已导入", "imported"),
    "refused": ("未能导入", "refused"),
}


async def read_results(
    tx: Transaction, keyring: Keyring, import_id: UUID, language: str, *, actor: Actor, now: datetime
) -> bytes:
    """CSV, made page by page: the columns of the file in their order, then line, result, what to do, and the id of what
    was made. Raises NotFound."""
    sheet = await sheet_imports.select(tx, import_id, actor.id, scope_of(actor))
    columns, file, after = KINDS[sheet.kind].columns, bytearray(BYTE_ORDER_MARK), 0
    while rows := await sheet_import_rows.select_page(tx, import_id, after, None, _PAGE):
        opened = [(row, sheet_import_rows.opened_cells(keyring, import_id, row)) for row in rows]
        if not after:
            file += csv_lines([[*map(columns.title, opened[0][1]), *_HEADER[language]]])
        file += csv_lines([*cells.values(), *_outcome(row, columns, language)] for row, cells in opened)
        after = rows[-1].line
    note_sheet(tx, sheet, "read_results", actor=actor, now=now)
    return bytes(file)


def _outcome(row: ImportRow, columns: Columns, language: str) -> tuple[str, str, str, str]:
    zh, en = _RESULTS[row.result]
    told = [
        f"{columns.title(problem.pointer[1:])}：{problem.message_zh}".lstrip("：")
        if language == "zh"
        else f"{problem.pointer[1:]}: {problem.message_en}".lstrip(": ")
        for problem in row.problems
    ]
    return str(row.line), zh if language == "zh" else en, "；".join(told), str(row.subject_id or "")
