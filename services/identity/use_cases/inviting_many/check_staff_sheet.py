"""Check a spreadsheet of people to invite, row by row, and keep it; nobody is invited by this (B4, B5, V12)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.identity.domain.authority import LEVELS, BeyondOwnRights
from services.identity.domain.person_name import NameInvalid, plain_name
from services.identity.domain.phone import PhoneInvalid, plain_phone
from services.identity.domain.staff_account import StaffAccount
from services.identity.domain.staff_sheet import SheetRow, StaffSheet, Wish
from services.identity.storage import staff_accounts, staff_sheets
from services.identity.use_cases.staffing.grantable_node import grantable_node
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.masking import mask_phone
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


async def check_staff_sheet(
    tx: Transaction, wishes: Sequence[Wish], *, actor: Actor, keyring: Keyring, now: datetime
) -> StaffSheet:
    """The checked sheet; every wrong row says what is wrong with it, the others wait to be started."""
    own = await staff_accounts.select(tx, actor.id)
    sheet = StaffSheet(new_id(), own.staff_id, own.scope_id, "checked", 1, now, None)
    seen: set[tuple[str, str]] = set()
    rows = []
    for wish in wishes:
        target, problem = await _judged(tx, wish, own)
        key = (wish.phone, str(target))
        if problem is None and key in seen:
            problem = "phone_repeated"
        seen.add(key)
        rows.append(_row(sheet.sheet_id, wish, target, problem, keyring))
    await staff_sheets.insert(tx, sheet, rows)
    audit.record(
        tx,
        "staff_sheet.check",
        actor=actor,
        subject_kind="staff_sheet",
        subject_id=sheet.sheet_id,
        at=now,
        after="checked",
        rows=len(rows),
    )
    return await staff_sheets.select(tx, own.staff_id, sheet.sheet_id)


async def _judged(reader: Reader, wish: Wish, own: StaffAccount) -> tuple[UUID | None, str | None]:
    """The node meant, and the code of what is wrong."""
    if wish.role not in LEVELS:
        return None, "role_unknown"
    try:
        plain_name(wish.name)
        plain_phone(wish.phone)
        target = UUID(wish.scope) if wish.scope else own.scope_id
        return (await grantable_node(reader, own, wish.role, target)).scope_id, None
    except (NameInvalid, PhoneInvalid, BeyondOwnRights) as refusal:
        return None, refusal.code
    except ValueError:
        return None, "scope_unknown"


def _row(sheet_id: UUID, wish: Wish, target: UUID | None, problem: str | None, keyring: Keyring) -> SheetRow:
    place = f"staff_sheet_row.%s:{sheet_id}/{wish.line}"
    return SheetRow(
        sheet_id=sheet_id,
        line=wish.line,
        role=wish.role[:40],
        target_scope_id=target,
        name_sealed=seal_text(keyring, "contact", place % "name", wish.name),
        phone_sealed=seal_text(keyring, "contact", place % "phone", wish.phone),
        phone_masked=mask_phone(wish.phone[:20]),
        result="waiting" if problem is None else "wrong",
        problem=problem,
        staff_id=None,
    )
