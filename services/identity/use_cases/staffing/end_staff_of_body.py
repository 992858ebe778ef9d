"""An exam body is no more: nobody speaks for it, so its accounts end with their sessions (4.8, B4)."""

from datetime import datetime

from services.identity.domain.authority import ScopeNode
from services.identity.storage import staff_accounts
from services.identity.use_cases.staffing.managed_account import move_managed
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def end_staff_of_body(tx: Transaction, node: ScopeNode, *, keyring: Keyring, now: datetime) -> int:
    """How many accounts were disabled. The successor's people are invited anew: a merger hands no rights over by
    itself, and somebody who was trusted with a county is not thereby trusted with the next one."""
    accounts = await staff_accounts.lock_of_scope(tx, node.scope_id)
    for account in accounts:
        await move_managed(
            tx,
            account,
            "disable",
            actor=SYSTEM,
            keyring=keyring,
            now=now,
            reason=f"exam_body_{node.state}",
            ends_sessions=True,
        )
    return len(accounts)
