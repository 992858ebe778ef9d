"""What became of each row of a bulk, as a file: receipt numbers and results, no personal data (V69)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.bulk_decision import MOST, RowResult
from services.declaration.storage import bulk_decisions
from services.declaration.storage.bulk_decisions import BulkRow
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.spreadsheets.writer import csv_file

_HEADER: Final[Mapping[str, tuple[str, ...]]] = {
    "zh": ("行号", "申报编号", "审核结果", "办理情况", "说明"),
    "en": ("line", "number", "decision", "result", "what to do"),
}
_DECISIONS: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("通过", "approve"),
    "return": ("退回", "return"),
    "reject": ("不通过", "reject"),
}
_RESULTS: Final[Mapping[RowResult, tuple[str, str]]] = {
    "unread": ("待检查", "to be checked"),
    "wrong": ("有误，不会办理", "wrong, will not be carried out"),
    "waiting": ("待办理", "waiting"),
    "done": ("已办理", "done"),
    "refused": ("未能办理", "refused"),
}
_OF_TWO: Final[Mapping[RowResult, tuple[str, str]]] = {
    "waiting": ("待办理（仅为初审，须第二人复核）", "waiting; a first approval, to be confirmed by a second reviewer"),
    "done": ("已初审，待第二人复核", "approved first, waits for a second reviewer"),
}
"""Where the exam body asks for two people behind an approval."""


async def read_bulk_results(
    tx: Transaction, bulk_id: UUID, language: str, *, keyring: Keyring, actor: Actor, now: datetime
) -> bytes:
    """CSV. Raises NotFound."""
    bulk = await bulk_decisions.select(tx, bulk_id, actor.id, scope_of(actor))
    rows = await bulk_decisions.select_rows(tx, keyring, bulk.id, 0, None, MOST)
    audit.record(
        tx, "bulk_decision.read_results", actor=actor, subject_kind="bulk_decision", subject_id=bulk.id, at=now
    )
    place = 0 if language == "zh" else 1
    return csv_file([_HEADER[language], *(_line(row, place) for row in rows)])


def _line(row: BulkRow, place: int) -> tuple[str, ...]:
    wanted = row.wanted
    decision = _DECISIONS[wanted.decision][place] if wanted.decision else ""
    told = "; ".join((one.message_zh, one.message_en)[place] for one in row.problems)
    words = _OF_TWO.get(row.result) if row.first_of_two else None
    return str(wanted.line), wanted.number or "", decision, (words or _RESULTS[row.result])[place], told
