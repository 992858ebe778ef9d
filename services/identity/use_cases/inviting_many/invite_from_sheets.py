"""Carry out waiting rows of started sheets, with the rights their maker has at that moment (B5, V12)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.limits import StaffLimits
from services.identity.domain.person_name import plain_name
from services.identity.domain.phone import plain_phone
from services.identity.domain.staff_account import StaffAccount
from services.identity.domain.staff_sheet import SheetRow
from services.identity.storage import staff_accounts, staff_sheets
from services.identity.use_cases.staffing.grantable_node import grantable_node
from services.identity.use_cases.staffing.invite_staff import StaffWanted, invite_staff
from shared.actor import Actor, Role
from shared.errors import TiroError
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text

BATCH = 20


async def invite_from_sheets(tx: Transaction, keyring: Keyring, limits: StaffLimits, now: datetime) -> int:
    """How many rows were carried out, at most BATCH; a refusal is the row's result, not a failure."""
    rows = await staff_sheets.lock_waiting(tx, BATCH)
    for row in rows:
        try:
            staff_id = await _invite(tx, row, keyring, limits, now)
            await staff_sheets.update_row(tx, row, "invited", None, staff_id)
        except TiroError as refusal:
            await staff_sheets.update_row(tx, row, "refused", refusal.code, None)
    await staff_sheets.update_done(tx, now)
    return len(rows)


async def _invite(tx: Transaction, row: SheetRow, keyring: Keyring, limits: StaffLimits, now: datetime) -> UUID:
    maker = await staff_accounts.select(tx, await staff_sheets.select_maker(tx, row.sheet_id))
    wanted = await _wanted(tx, row, maker, keyring)
    actor = Actor("staff", maker.staff_id, maker.role, scope_id=maker.scope_id)
    return (await invite_staff(tx, wanted, actor, keyring, limits, now)).staff_id


async def _wanted(tx: Transaction, row: SheetRow, maker: StaffAccount, keyring: Keyring) -> StaffWanted:
    # Whoever was disabled or demoted since gives nothing any more.
    node = await grantable_node(tx, maker, row.role, row.target_scope_id or maker.scope_id)
    place = f"staff_sheet_row.%s:{row.sheet_id}/{row.line}"
    name = plain_name(unseal_text(keyring, "contact", place % "name", row.name_sealed))
    phone = plain_phone(unseal_text(keyring, "contact", place % "phone", row.phone_sealed))
    role: Role = row.role  # type: ignore[assignment]
    return StaffWanted(role, node.kind, node.scope_id, node.name, name, phone)
