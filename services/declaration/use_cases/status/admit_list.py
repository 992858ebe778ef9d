"""Let a client read a page of a list: within its pace, with a fresh nonce, logged with how many it got (4.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.status import NonceUsed
from services.declaration.storage import status_calls
from services.declaration.storage.status_calls import CallEntry, Kind, Paced
from services.declaration.use_cases.status.answer_status import outcome_of
from services.declaration.use_cases.status.pace import Pace
from shared.actor import Actor
from shared.errors import TiroError
from shared.ids import new_id
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ListCall:
    """A page that a client asks for."""

    kind: Kind
    exam_year: int | None
    nonce: UUID
    actor: Actor
    now: datetime


async def admit_list(tx: Transaction, call: ListCall, calls_per_minute: int) -> tuple[Pace, TiroError | None]:
    """The pace to go on with, and a refusal as a value: raising would undo its log entry."""
    pace = await Pace.read(tx, [call.actor.id], calls_per_minute, call.now)
    refusal: TiroError | None = pace.refusal(call.actor.id)
    if refusal is None and await status_calls.select_nonce_used(tx, call.actor.id, call.nonce):
        refusal = NonceUsed()
    if refusal is not None:
        await log_refusal(tx, call, refusal, pace)
    return pace, refusal


async def log_refusal(tx: Transaction, call: ListCall, refusal: TiroError, pace: Pace) -> None:
    """A call that gets no page for this; its nonce may be used again."""
    await _log(tx, call, outcome_of(refusal), None, pace.paced())


async def log_list(tx: Transaction, call: ListCall, records: int, pace: Pace) -> NonceUsed | None:
    """After the page was read, which its client has spent; a refusal when another call was faster."""
    pace.spend(call.actor.id, missed=False)
    if await _log(tx, call, "listed", records, pace.paced()):
        return None
    refusal = NonceUsed()
    await _log(tx, call, outcome_of(refusal), None, [])
    return refusal


async def _log(tx: Transaction, call: ListCall, outcome: str, records: int | None, paced: Sequence[Paced]) -> bool:
    entry = CallEntry(
        id=new_id(),
        client_id=call.actor.id,
        client_scope_id=call.actor.scope_id,
        asked_at=call.now,
        kind=call.kind,
        exam_year=call.exam_year,
        with_name=False,
        outcome=outcome,
        declaration_id=None,
        record_version=None,
        records=records,
        nonce=call.nonce if records is not None else None,
        request_id=tx.correlation_id,
    )
    return await status_calls.insert(tx, entry, paced, call.now)
