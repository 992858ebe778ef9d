"""Show an earlier unit the row it was asked about, and nothing else of the declaration (section 2, rule 2). The look is
audited: it shows a person's data (V64)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Period
from services.declaration.domain.prior_row_errors import PriorRowUnknown
from services.declaration.storage import asked_rows, documents, snapshots
from services.declaration.storage.asked_rows import AskedRow
from services.declaration.storage.documents import Document
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The row as handed in, the person it is about, and its certificates."""

    asked: AskedRow
    row: Period
    identity: PersonIdentity
    certificates: list[Document]


async def view_asked_row(
    tx: Transaction, declaration_id: UUID, period_id: UUID, *, keyring: Keyring, actor: Actor, now: datetime
) -> ShownRow:
    """Raises NotFound, PriorRowUnknown."""
    asked = await asked_rows.select(tx, declaration_id, period_id, scope_of(actor))
    snapshot = await snapshots.select(tx, keyring, declaration_id, asked.submission)
    rows = [one for one in snapshot.content.prior_periods if one.id == period_id]
    if not rows:
        raise PriorRowUnknown
    files = await documents.select_snapshot(tx, declaration_id, snapshot.document_ids)
    audit.record(
        tx,
        "declaration.view_prior_row",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration_id,
        at=now,
        period_id=str(period_id),
    )
    return ShownRow(asked, rows[0], snapshot.identity, [one for one in files if one.period_id == period_id])


async def open_certificate(
    tx: Transaction,
    declaration_id: UUID,
    period_id: UUID,
    document_id: UUID,
    *,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Document:
    """A certificate of the row, and of no other. Raises NotFound, PriorRowUnknown."""
    shown = await view_asked_row(tx, declaration_id, period_id, keyring=keyring, actor=actor, now=now)
    for one in shown.certificates:
        if one.id == document_id:
            return one
    raise NotFound
