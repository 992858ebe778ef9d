"""Whom a cancellation list names: people filed on accepted lists of the same institution, each with a reason (4.7)."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.declaration.domain.filing_errors import NobodyToCancel, NotOnAcceptedList, PersonOnAnotherList
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.printing.qualified_list import ListLine
from services.declaration.storage import cancelling_lines
from services.declaration.storage.cancelling_lines import NewCancellation
from services.declaration.use_cases.filing.frozen_content import open_line, reseal_line
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def freeze_cancellation(
    tx: Transaction, keyring: Keyring, entity: QualifiedList, reasons: Mapping[UUID, str]
) -> tuple[ListLine, ...]:
    """The printed lines, as they stand on the accepted lists but for their position; `reasons` by declaration.

    Raises NobodyToCancel, NotOnAcceptedList, PersonOnAnotherList.
    """
    if not reasons:
        raise NobodyToCancel
    accepted = await cancelling_lines.lock_accepted(tx, list(reasons), entity.institution_id, entity.cycle_id)
    if unknown := reasons.keys() - {line.declaration_id for line in accepted}:
        raise NotOnAcceptedList(numbers=", ".join(sorted(str(one) for one in unknown)[:20]))
    printed, rows = [], []
    for number, old in enumerate(accepted, start=1):
        line = replace(open_line(keyring, old.list_id, old.line, old.display), number=number)
        printed.append(line)
        display = reseal_line(keyring, entity.id, line)
        rows.append(NewCancellation(number, old.list_id, old.line, display, reasons[old.declaration_id]))
    if await cancelling_lines.insert_lines(tx, entity.id, rows) != len(rows):
        raise PersonOnAnotherList
    return tuple(printed)
