"""Show an institution one of its entries as it was entered; audited, it shows a person's data (V64)."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import institution_entries
from services.declaration.storage.institution_entries import InstitutionEntry
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def view_entry(tx: Transaction, declaration_id: UUID, *, actor: Actor, now: datetime) -> InstitutionEntry:
    """Raises NotFound."""
    entry = await institution_entries.select_in_institution(tx, declaration_id, scope_of(actor))
    audit.record(
        tx,
        "declaration.view_entry",
        actor=actor,
        subject_kind="declaration",
        subject_id=entry.declaration_id,
        at=now,
    )
    return entry
