"""One line of the audit trail about a sheet."""

from datetime import datetime

from services.institution.domain.sheet_import import SheetImport
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


def note_sheet(
    tx: Transaction, sheet: SheetImport, step: str, *, actor: Actor, now: datetime, after: str | None = None
) -> None:
    """Say that `actor` took `step` with a sheet, moving it to `after`."""
    audit.record(
        tx,
        f"sheet_import.{step}",
        actor=actor,
        subject_kind="sheet_import",
        subject_id=sheet.id,
        at=now,
        before=sheet.state if after else None,
        after=after,
        kind=sheet.kind,
        waiting=sheet.waiting,
    )
