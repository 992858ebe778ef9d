"""Show a reviewer what was handed in: the snapshot, its files, the earlier rows, the change since the last time (4.4).
What was handed in to another unit before is not shown. Every look is audited: it shows a person's data (V64)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.declaration.domain.difference import Change, difference
from services.declaration.storage import declarations, documents, prior_confirmations, snapshots
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.documents import Document
from services.declaration.storage.prior_confirmations import PriorConfirmation
from services.declaration.storage.snapshots import Snapshot
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything a review page shows; `changes` since the unit's submission before, empty for its first."""

    declaration: Declaration
    snapshot: Snapshot
    documents: list[Document]
    confirmations: dict[UUID, PriorConfirmation]
    changes: list[Change]


async def view_submission(
    tx: Transaction, declaration_id: UUID, *, keyring: Keyring, actor: Actor, now: datetime
) -> Submission:
    """Raises NotFound."""
    declaration = await declarations.select_in_institution(tx, declaration_id, scope_of(actor))
    snapshot = await snapshots.select(tx, keyring, declaration.id, declaration.submission)
    changes = await _changes(tx, keyring, declaration, snapshot)
    audit.record(
        tx,
        "declaration.view",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        submission=declaration.submission,
    )
    return Submission(
        declaration,
        snapshot,
        await documents.select_snapshot(tx, declaration.id, snapshot.document_ids),
        await _confirmations(tx, declaration),
        changes,
    )


async def _changes(reader: Reader, keyring: Keyring, declaration: Declaration, snapshot: Snapshot) -> list[Change]:
    unit, last = declaration.institution_id, declaration.submission - 1
    if (earlier := await snapshots.select_last_of_unit(reader, declaration.id, unit, last)) is None:
        return []
    before = await snapshots.select(reader, keyring, declaration.id, earlier)
    return list(difference(_shown(before), _shown(snapshot)))


async def _confirmations(reader: Reader, declaration: Declaration) -> dict[UUID, PriorConfirmation]:
    """What a former unit had said of a row went with it: it is not this unit's to know."""
    since = await snapshots.select_moved_in(reader, declaration.id, declaration.institution_id)
    return {
        period_id: replace(one, voided_at=None, voided_state=None)
        if since is not None and one.voided_at is not None and one.voided_at < since
        else one
        for period_id, one in (await prior_confirmations.select(reader, declaration.id)).items()
    }


def _shown(snapshot: Snapshot) -> dict[str, Any]:
    """What a person can have changed: the ids of rows are not among it."""
    return snapshot.content.model_dump(mode="json", exclude={"periods": {"__all__": {"id"}}})
