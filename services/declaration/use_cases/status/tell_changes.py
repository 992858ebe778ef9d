"""Tell the national network which records changed since a place, and how they stand now (4.10)."""

from dataclasses import dataclass

from services.declaration.domain.status import NOTHING, StatusAnswer
from services.declaration.storage import status, status_changes
from services.declaration.storage.status_changes import Place
from services.declaration.use_cases.status.admit_list import ListCall, admit_list, log_list, log_refusal
from services.declaration.use_cases.status.answer_of import answer_of
from shared.errors import TiroError
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.web.cursors import CursorInvalid


@dataclass(frozen=True, slots=True)
class ToldChanges:
    """Records as they stand now, where to go on, and whether nothing more was settled."""

    answers: list[StatusAnswer]
    place: Place
    complete: bool


async def tell_changes(
    tx: Transaction, keyring: Keyring, call: ListCall, after: Place | None, limit: int, calls_per_minute: int
) -> ToldChanges | TiroError:
    """A page, or why there is none: LimitReached, NonceUsed, CursorInvalid where no page ended at that place, or it is
    none. A record that left the client's scope is told as none. Raises SealBroken."""
    pace, refusal = await admit_list(tx, call, calls_per_minute)
    if refusal is not None:
        return refusal
    changes = None if after is None else await status_changes.select_page(tx, call.actor.scope_id, after, limit)
    if changes is None:
        refusal = CursorInvalid()
        pace.spend(call.actor.id, missed=False)
        await log_refusal(tx, call, refusal, pace)
        return refusal
    # Read after the places: a record is never older than its change.
    known = await status.select_records(tx, changes.declaration_ids, call.actor.scope_id)
    answers = [
        answer_of(keyring, known[one], call.now) if one in known else StatusAnswer(NOTHING.status, record_id=one)
        for one in changes.declaration_ids
    ]
    if (refusal := await log_list(tx, call, len(answers), pace)) is not None:
        return refusal
    return ToldChanges(answers, changes.place, changes.complete)
