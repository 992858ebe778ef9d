"""A selection or a sheet of decisions was sent: from now on it is a job whose rows a worker tries first (A38)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.bulk_decision import BulkDecision, Source, WantedRow, repeated, unknown_number
from services.declaration.storage import bulk_decisions
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def receive_bulk(
    tx: Transaction, source: Source, rows: Sequence[WantedRow], *, keyring: Keyring, actor: Actor, now: datetime
) -> BulkDecision:
    """Nothing is decided by this. Raises NotFound for accounts without a unit."""
    scope = scope_of(actor)
    found = await _placed(tx, scope, rows)
    bulk = BulkDecision(
        id=new_id(),
        version=1,
        state="received" if any(row.result == "unread" for row in found) else "checked",
        source=source,
        institution_id=scope,
        created_by=actor.id,
        maker_person_id=actor.person_id,
        unread=sum(row.result == "unread" for row in found),
        wrong=sum(row.result == "wrong" for row in found),
        waiting=0,
        done=0,
        refused=0,
        created_at=now,
        moved_at=now,
    )
    await bulk_decisions.insert(tx, keyring, bulk, found)
    audit.record(
        tx,
        "bulk_decision.receive",
        actor=actor,
        subject_kind="bulk_decision",
        subject_id=bulk.id,
        at=now,
        after=bulk.state,
        source=source,
        rows=len(found),
    )
    return bulk


async def _placed(tx: Transaction, scope: UUID, rows: Sequence[WantedRow]) -> list[WantedRow]:
    """The rows with the declarations of the unit they name; a sheet's version is the one of this moment."""
    ids = [row.declaration_id for row in rows if row.declaration_id is not None]
    numbers = [row.number for row in rows if row.number is not None]
    known = await bulk_decisions.select_numbered(tx, scope, ids, numbers)
    by_id, by_number = {one[0]: one for one in known}, {one[1]: one for one in known}
    lines, found = dict[UUID, int](), list[WantedRow]()
    for row in rows:
        one = by_id.get(row.declaration_id) if row.declaration_id else by_number.get(row.number or "")
        if one is None:
            found.append(row if row.problems else replace(row, problems=(unknown_number(),)))
            continue
        first = lines.setdefault(one[0], row.line)
        problems = row.problems if first == row.line else (*row.problems, repeated(first))
        version = row.expected_version or one[2]
        placed = replace(row, declaration_id=one[0], number=one[1], expected_version=version, problems=problems)
        found.append(placed)
    return found
