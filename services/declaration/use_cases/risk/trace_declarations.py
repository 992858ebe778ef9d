"""Keep what of declarations has to be found from others: their supervisors' numbers and texts, as keyed hashes."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Guidance
from services.declaration.domain.risk.rules import RULES
from services.declaration.domain.risk.shingles import bands, shingles
from services.declaration.storage import risk_declarations, risk_tasks, risk_traces
from services.declaration.storage.risk_traces import GuidedRow, TextTrace
from services.declaration.use_cases.risk.opened import Opened, practices
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index, keyed_hash
from shared.security.keyring import Keyring

_GONE: Final = ("withdrawn",)
# The least that may be set, not what is set: a trial of a lower threshold has to meet what it would find. Below it lie
# phrases that thousands use.
_LEAST_SHINGLES: Final = RULES["F9"].bounds["shingles"][0]


async def trace_declarations(
    tx: Transaction, cycle_id: UUID, opened: Sequence[Opened], *, keyring: Keyring, now: datetime
) -> None:
    """Write the traces of what was opened anew, none for what was withdrawn, and ask for the supervisors concerned."""
    asked = [one.row.id for one in opened]
    standing = [one for one in opened if one.row.state not in _GONE]
    picked = {one for each in standing for one in each.content.supervisor_ids}
    roster = await risk_declarations.select_roster(tx, list(picked))
    rows = [row for one in standing for row in _guided(one, roster, keyring)]
    supervisors = await risk_traces.update_guidance(tx, asked, rows)
    # Hashing long texts takes a while, in which a worker has other things to do as well.
    traces = await asyncio.to_thread(lambda: [trace for one in standing for trace in _texts(one, keyring)])
    await risk_traces.update_texts(tx, asked, traces)
    await risk_tasks.insert(tx, "supervisor", supervisors, cycle_id, now)


def _guided(one: Opened, roster: Mapping[UUID, bytes], keyring: Keyring) -> Iterable[GuidedRow]:
    row, place = one.row, 0
    when = {each.number: each for each in practices(one.content, row.institution_id, one.submitted_on)}
    for number, period in enumerate(one.content.periods, start=1):
        for guidance in period.supervisors:
            index = _index(guidance, roster, keyring)
            if index is not None and (practice := when.get(number)) is not None:
                place += 1
                yield GuidedRow(row.id, place, row.cycle_id, index, practice.first, practice.last)


def _index(guidance: Guidance, roster: Mapping[UUID, bytes], keyring: Keyring) -> bytes | None:
    """A picked supervisor's number is the roster's, a typed one's is what was typed."""
    if guidance.supervisor_id is not None:
        return roster.get(guidance.supervisor_id)
    number = guidance.practising_certificate_no
    return blind_index(keyring, "index_person", "practising_certificate_no", number) if number else None


def _texts(one: Opened, keyring: Keyring) -> Iterable[TextTrace]:
    key, row = keyed_hash(keyring.active("index_person"), b"risk_text"), one.row
    for source, text in one.texts.items():
        if len(pieces := shingles(text)) >= _LEAST_SHINGLES:
            yield TextTrace(row.id, source, row.cycle_id, row.institution_id, bands(pieces, key))
