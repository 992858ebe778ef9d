"""Remove one of one's own second factors, never the last that works (V11)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.passkeys import require_other_factor
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_accounts, staff_passkeys
from services.identity.use_cases.passkeys.tell_factor_change import tell_factor_change
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def remove_factor(tx: Transaction, passkey_id: UUID | None, actor: Actor, now: datetime) -> StaffAccount:
    """Remove a passkey, or the time-based codes where it is None. The account's row is locked first, so that two who
    remove at once do not leave nothing behind. Raises NotFound, LastSecondFactor."""
    account = await staff_accounts.lock(tx, actor.id)
    has_totp = account.totp_sealed is not None
    passkeys = await staff_passkeys.select_of(tx, account.staff_id)
    owned = has_totp if passkey_id is None else passkey_id in {one.passkey_id for one in passkeys}
    if not owned:
        raise NotFound
    require_other_factor(has_totp, passkeys, passkey_id)
    if passkey_id is None:
        return await tell_factor_change(tx, replace(account, totp_sealed=None), "totp", "removed", actor, now)
    await staff_passkeys.delete(tx, passkey_id)
    less = replace(account, passkeys=account.passkeys - 1)
    return await tell_factor_change(tx, less, "passkey", "removed", actor, now, passkey_id)
