"""The next row of a bulk: tried and undone while the bulk is checked, carried out once it was started (A38).

Trying is doing and taking back, so that the preview says what will happen and nothing else. A row's effect, its events
and audit entries, and its result are one commit: what is done is never done again."""

from datetime import datetime

from services.declaration.domain.bulk_decision import BulkDecision, ReviewerWithoutRights, RowResult, WantedRow
from services.declaration.storage import bulk_decisions, known_staff
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.reviewing.approve_declaration import approve_declaration
from services.declaration.use_cases.reviewing.decide_with_reasons import Decision
from services.declaration.use_cases.reviewing.reject_declaration import reject_declaration
from services.declaration.use_cases.reviewing.return_declaration import return_declaration
from shared import audit
from shared.errors import FieldProblem, NotFound, TiroError, Unavailable
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


class _Undone(Exception):
    """Everything went well, and is taken back."""


async def work_bulk_row(tx: Transaction, *, keyring: Keyring, catalogues: CatalogueCache, now: datetime) -> bool:
    """Whether there was one. A refusal is the row's result, not a failure."""
    if (bulk := await bulk_decisions.lock_next(tx, now)) is None:
        return False
    pending: RowResult = "unread" if bulk.state == "received" else "waiting"
    for row in await bulk_decisions.select_rows(tx, keyring, bulk.id, 0, pending, 1):
        problems: tuple[FieldProblem, ...] = ()
        result: RowResult = "waiting" if bulk.state == "received" else "done"
        first_of_two = False
        try:
            async with tx.attempt():
                decided = await _decide(tx, bulk, row.wanted, keyring, catalogues, now)
                first_of_two = decided.first_approval is not None
                if bulk.state == "received":
                    raise _Undone
        except _Undone:
            pass
        except Unavailable:
            raise
        except TiroError as refusal:
            result, problems = "wrong" if bulk.state == "received" else "refused", refusal.as_problems()
        await bulk_decisions.update_row(tx, bulk.id, row, result, problems, first_of_two=first_of_two)
    await bulk_decisions.update_progress(tx, bulk.id, now)
    return True


async def _decide(
    tx: Transaction,
    bulk: BulkDecision,
    row: WantedRow,
    keyring: Keyring,
    catalogues: CatalogueCache,
    now: datetime,
) -> Declaration:
    if row.declaration_id is None or row.expected_version is None:
        raise NotFound
    if not await known_staff.select_reviews_in(tx, bulk.created_by, bulk.institution_id):
        raise ReviewerWithoutRights
    decision = Decision(row.declaration_id, row.expected_version, row.reasons, bulk.maker, now)
    if row.decision == "approve":
        decided = await approve_declaration(
            tx,
            row.declaration_id,
            expected_version=row.expected_version,
            keyring=keyring,
            catalogues=catalogues,
            actor=bulk.maker,
            now=now,
        )
    elif row.decision == "return":
        decided = await return_declaration(tx, decision, keyring=keyring, catalogues=catalogues)
    else:
        decided = await reject_declaration(tx, decision, keyring=keyring, catalogues=catalogues)
    _note(tx, bulk, row, now)
    return decided


def _note(tx: Transaction, bulk: BulkDecision, row: WantedRow, now: datetime) -> None:
    """That nobody looked at this one alone stands in the trail beside the decision (F14)."""
    assert row.declaration_id is not None, "looked up before"
    audit.record(
        tx,
        "declaration.decide_in_bulk",
        actor=bulk.maker,
        subject_kind="declaration",
        subject_id=row.declaration_id,
        at=now,
        bulk_id=str(bulk.id),
        source=bulk.source,
        decision=row.decision,
        line=row.line,
    )
