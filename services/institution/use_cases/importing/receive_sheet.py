"""A spreadsheet was uploaded and stored: from now on it is a job that a worker reads (B7, P2)."""

from datetime import datetime

from services.institution.domain.scope import scope_of
from services.institution.domain.sheet_import import ImportKind, SheetImport
from services.institution.storage import sheet_imports
from services.institution.use_cases.importing.note_sheet import note_sheet
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def receive_sheet(
    tx: Transaction, kind: ImportKind, object_key: str, *, actor: Actor, now: datetime
) -> SheetImport:
    """Raises SheetUnderWay while another sheet of the same person waits to be read."""
    sheet = SheetImport(
        id=new_id(),
        version=1,
        kind=kind,
        state="received",
        created_by=actor.id,
        maker_role=actor.role,
        scope_id=scope_of(actor),
        object_key=object_key,
        refusal=None,
        read_lines=0,
        wrong=0,
        waiting=0,
        done=0,
        refused=0,
        created_at=now,
        moved_at=now,
    )
    await sheet_imports.insert(tx, sheet)
    note_sheet(tx, sheet, "receive", actor=actor, now=now, after="received")
    return sheet
