"""Its maker starts a checked sheet, or stops one that is being carried out; what was done stays done (B7, P2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.scope import scope_of
from services.institution.domain.sheet_import import ImportState, SheetImport, SheetNotRunning, require_startable
from services.institution.storage import sheet_imports
from services.institution.use_cases.importing.note_sheet import note_sheet
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def start_sheet(tx: Transaction, import_id: UUID, version: int, *, actor: Actor, now: datetime) -> SheetImport:
    """The worker carries out its waiting rows from now on. Raises NotFound, StaleVersion, SheetNotChecked,
    SheetUnderWay."""
    sheet = await _locked(tx, import_id, version, actor)
    require_startable(sheet)
    return await _moved(tx, sheet, "start", "running", actor, now)


async def stop_sheet(tx: Transaction, import_id: UUID, version: int, *, actor: Actor, now: datetime) -> SheetImport:
    """Its waiting rows wait again; it may be started once more. Raises NotFound, StaleVersion, SheetNotRunning."""
    sheet = await _locked(tx, import_id, version, actor)
    if sheet.state != "running":
        raise SheetNotRunning
    return await _moved(tx, sheet, "stop", "checked", actor, now)


async def _locked(tx: Transaction, import_id: UUID, version: int, actor: Actor) -> SheetImport:
    sheet = await sheet_imports.lock(tx, import_id, actor.id, scope_of(actor))
    if sheet.version != version:
        raise StaleVersion(current=sheet.version, state=sheet.state)
    return sheet


async def _moved(
    tx: Transaction, sheet: SheetImport, step: str, state: ImportState, actor: Actor, now: datetime
) -> SheetImport:
    await sheet_imports.update_state(tx, sheet.id, state, now)
    note_sheet(tx, sheet, step, actor=actor, now=now, after=state)
    return replace(sheet, state=state, version=sheet.version + 1, moved_at=now)
