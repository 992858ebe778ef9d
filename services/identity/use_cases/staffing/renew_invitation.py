"""Send the secret of a waiting account again, as long as its invitation can be renewed (4.8, V12)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.limits import StaffLimits
from services.identity.domain.staff_account import InvitationLapsed, NothingToAccept, StaffAccount
from services.identity.storage import staff_accounts
from services.identity.use_cases.staffing.managed_account import lock_managed
from services.identity.use_cases.staffing.send_invitation import StaffInvitation, send_invitation
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def renew_invitation(
    tx: Transaction,
    staff_id: UUID,
    version: int,
    *,
    actor: Actor,
    keyring: Keyring,
    limits: StaffLimits,
    now: datetime,
) -> tuple[StaffAccount, StaffInvitation]:
    """The account and its new invitation. Raises NotFound, StaleVersion, NothingToAccept, InvitationLapsed."""
    account = await lock_managed(tx, staff_id, version, actor)
    if not account.awaits_holder:
        raise NothingToAccept
    if account.invited_until is not None and account.invited_until <= now:
        raise InvitationLapsed
    account = replace(account, version=account.version + 1)
    await staff_accounts.update_state(tx, account, now)
    invitation = await send_invitation(tx, account, keyring, limits, now)
    publish_staff(tx, account, keyring, now)
    audit.record(
        tx, "staff.invite_again", actor=actor, subject_kind="staff", subject_id=staff_id, at=now, after=account.state
    )
    return account, invitation
