"""An account as its superior works on it: found inside the jurisdiction, locked, in the version that was seen."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.authority import roles_below
from services.identity.domain.staff_account import StaffAccount, StaffMove
from services.identity.storage import staff_accounts, staff_below
from services.identity.storage.staff_below import Superior
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


def superior_of(actor: Actor) -> Superior:
    """Whose accounts the actor looks after. Raises NotFound for an account without a node."""
    if actor.scope_id is None:
        raise NotFound
    return Superior(actor.scope_id, roles_below(actor.role))


async def lock_managed(tx: Transaction, staff_id: UUID, version: int, actor: Actor) -> StaffAccount:
    """Raises NotFound (unknown, or not below the actor), StaleVersion."""
    account = await staff_below.lock(tx, superior_of(actor), staff_id)
    if account.version != version:
        raise StaleVersion(current=account.version, state=account.state)
    return account


async def move_managed(
    tx: Transaction,
    account: StaffAccount,
    move: StaffMove,
    *,
    actor: Actor,
    keyring: Keyring,
    now: datetime,
    reason: str | None = None,
    ends_sessions: bool = False,
    changed: StaffAccount | None = None,
) -> StaffAccount:
    """Move, write, tell and record; `changed` carries other fields that change with the state. Raises
    StaffMoveNotAllowed."""
    target = account.moved(move)
    moved = replace(changed or account, state=target.state, version=target.version)
    await staff_accounts.update_state(tx, moved, now)
    if ends_sessions:
        await end_sessions(tx, account.staff_id, actor, now, f"staff_{move}")
    publish_staff(tx, moved, keyring, now, move)
    audit.record(
        tx,
        f"staff.{move}",
        actor=actor,
        subject_kind="staff",
        subject_id=account.staff_id,
        at=now,
        before=account.state,
        after=moved.state,
        reason=reason,
    )
    return moved
