"""Staff accounts as the others hear of them: a snapshot after every change (4.8)."""

from datetime import datetime

from services.identity.domain.staff_account import StaffAccount, StaffMove
from shared import outbox
from shared.contracts.identity_staff import StaffChanged
from shared.ids import StaffId
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event, unseal_text


def publish_staff(
    tx: Transaction, account: StaffAccount, keyring: Keyring, now: datetime, move: StaffMove | None = None
) -> None:
    """Tell the others how the account is now. `move` is the step that led there, if any."""
    outbox.add(tx, staff_changed(account, keyring, now, move))


def staff_changed(
    account: StaffAccount, keyring: Keyring, now: datetime, move: StaffMove | None = None
) -> StaffChanged:
    """The account as it is now; its version is the event's."""
    place = f"{StaffChanged.TYPE}.%s:{account.staff_id}"
    return StaffChanged(
        occurred_at=now,
        aggregate_version=account.version,
        staff_id=StaffId(account.staff_id),
        role=account.role,
        scope_kind=account.scope_kind,
        scope_id=account.scope_id,
        state=account.state,
        name=seal_for_event(keyring, "contact", place % "name", staff_name(account, keyring)),
        phone=seal_for_event(keyring, "contact", place % "phone", staff_phone(account, keyring)),
        responsibility_accepted_at=account.responsibility_accepted_at,
        language=account.language,
        move=move,
        invited_until=account.invited_until,
    )


def staff_name(account: StaffAccount, keyring: Keyring) -> str:
    """The clear name."""
    return unseal_text(keyring, "contact", f"staff_account.name:{account.staff_id}", account.name_sealed)


def staff_phone(account: StaffAccount, keyring: Keyring) -> str:
    """The clear phone."""
    return unseal_text(keyring, "contact", f"staff_account.phone:{account.staff_id}", account.phone_sealed)
