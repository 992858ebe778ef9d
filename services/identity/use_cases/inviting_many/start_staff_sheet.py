"""Start a checked sheet: the worker invites its good rows from now on; wrong ones stay as they are."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.staff_sheet import NobodyToInvite, StaffSheet
from services.identity.storage import staff_sheets
from shared import audit
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def start_staff_sheet(
    tx: Transaction, sheet_id: UUID, version: int, *, actor: Actor, now: datetime
) -> StaffSheet:
    """Raises NotFound, StaleVersion, NobodyToInvite."""
    current, state = await staff_sheets.lock(tx, actor.id, sheet_id)
    if current != version:
        raise StaleVersion(current=current, state=state)
    sheet = await staff_sheets.select(tx, actor.id, sheet_id)
    if state != "checked" or not sheet.waiting:
        raise NobodyToInvite
    await staff_sheets.update_started(tx, sheet_id)
    audit.record(
        tx,
        "staff_sheet.start",
        actor=actor,
        subject_kind="staff_sheet",
        subject_id=sheet_id,
        at=now,
        before="checked",
        after="running",
        rows=sheet.waiting,
    )
    return await staff_sheets.select(tx, actor.id, sheet_id)
