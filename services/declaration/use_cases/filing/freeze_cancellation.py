"""Whom a cancellation list names: people filed on accepted lists of the same institution, each with a reason (4.7)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from services.declaration.domain.filing_errors import (
    NobodyToCancel,
    NotOnAcceptedList,
    PersonNamedTwice,
    PersonOnAnotherList,
)
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.printing.qualified_list import ListLine
from services.declaration.storage import cancelling_lines
from services.declaration.storage.cancelling_lines import NewCancellation
from services.declaration.use_cases.filing.frozen_content import open_line, reseal_line, seal_reason
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a cancellation names, and why; `text` is for the person."""

    declaration_id: UUID
    reason_code: str
    text: str


async def freeze_cancellation(
    tx: Transaction, keyring: Keyring, entity: QualifiedList, named: Sequence[Named]
) -> tuple[ListLine, ...]:
    """The printed lines, as they stand on the accepted lists but for their position.

    Raises NobodyToCancel, PersonNamedTwice, NotOnAcceptedList, PersonOnAnotherList.
    """
    if not named:
        raise NobodyToCancel
    reasons = {one.declaration_id: one for one in named}
    if len(reasons) < len(named):
        times = Counter(one.declaration_id for one in named)
        who_zh, who_en = await _who(tx, entity, {id for id, count in times.items() if count > 1})
        raise PersonNamedTwice(who_zh=who_zh, who_en=who_en)
    accepted = await cancelling_lines.lock_accepted(tx, list(reasons), entity.institution_id, entity.cycle_id)
    if unknown := reasons.keys() - {line.declaration_id for line in accepted}:
        who_zh, who_en = await _who(tx, entity, unknown)
        raise NotOnAcceptedList(who_zh=who_zh, who_en=who_en)
    printed, rows = [], []
    for number, old in enumerate(accepted, start=1):
        line = replace(open_line(keyring, old.list_id, old.line, old.display), number=number)
        printed.append(line)
        display = reseal_line(keyring, entity.id, line)
        why = reasons[old.declaration_id]
        text = seal_reason(keyring, entity.id, number, why.text)
        rows.append(NewCancellation(number, old.list_id, old.line, display, why.reason_code, text))
    if await cancelling_lines.insert_lines(tx, entity.id, rows) != len(rows):
        raise PersonOnAnotherList
    return tuple(printed)


async def _who(tx: Transaction, entity: QualifiedList, ids: Collection[UUID]) -> tuple[str, str]:
    """Receipt numbers in Chinese and English, and how many more there are; of declarations that are not the
    institution's only how many."""
    numbers = await cancelling_lines.select_numbers(tx, list(ids), entity.institution_id, entity.cycle_id)
    shown = numbers[:_SHOWN]
    who_zh, who_en = ["、".join(shown)] if shown else [], [", ".join(shown)] if shown else []
    if more := len(ids) - len(shown):
        who_zh.append(f"另有 {more} 份")
        who_en.append(f"{more} more")
    return "，".join(who_zh), ", ".join(who_en)
