"""Log a staff account in after its factors were checked, or activate it by its first code (4.8, V11, V12)."""

from dataclasses import replace
from datetime import datetime

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.caller import Caller
from services.identity.domain.refusals import Refused
from services.identity.domain.staff_account import StaffAccount, StaffMethod, StaffMove
from services.identity.storage import login_guards, staff_accounts, staff_logins
from services.identity.storage.login_guards import LoginGuard
from services.identity.storage.staff_logins import Result, StaffLogin
from services.identity.use_cases.signing_in.open_session import OpenedSession, open_session
from services.identity.use_cases.signing_in.refresh_session import staff_actor
from services.identity.use_cases.staffing.check_factors import StaffAttempt
from services.identity.use_cases.staffing.consume_proof import consume_proof
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit
from shared.actor import SYSTEM
from shared.ids import new_id
from shared.masking import mask_address
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, blind_index
from shared.security.keyring import Keyring

_ALIVE = ["invited", "active", "locked"]
_MOVES: dict[str, StaffMove] = {"invited": "activate", "locked": "unlock"}


async def open_staff_session(
    tx: Transaction,
    attempt: StaffAttempt,
    allowed: frozenset[str],
    caller: Caller,
    tokens: SessionTokens,
    now: datetime,
) -> OpenedSession | Refused:
    """A session, or a refusal to be committed with the lock it may have caused. `allowed`: states the account may be
    in; an invited one becomes active by this, a locked one whose lock has run out is unlocked. A passkey alone opens
    the door while guesses keep it locked for passwords, and leaves that lock as it is (V7)."""
    keyring = tokens.keyring
    phone_index = blind_index(keyring, "index_contact", "phone", attempt.phone)
    guard = await login_guards.lock(tx, phone_index, now)
    account = await consume_proof(tx, attempt, allowed, now)
    closed = guard.staff_locked_until is not None and guard.staff_locked_until > now
    if isinstance(account, Refused):
        await _record_refusal(tx, attempt, phone_index, closed, caller, keyring, now)
        return account
    if attempt.is_guessable or not closed:
        account = await _welcome(tx, account, guard, keyring, now)
    await staff_accounts.update_login(tx, account, now)
    await staff_logins.insert(tx, [_login(account, "opened", attempt.method, caller, now)])
    return await open_session(tx, await staff_actor(tx, account, keyring), attempt.method, caller, tokens, now)


async def _welcome(
    tx: Transaction, account: StaffAccount, guard: LoginGuard, keyring: Keyring, now: datetime
) -> StaffAccount:
    """Forget the failed tries, and activate or unlock the account."""
    await login_guards.update(tx, replace(guard, staff_failed_at=[], staff_locked_until=None))
    before = account.state
    if (move := _MOVES.get(before)) is None:
        return account
    account = account.moved(move)
    publish_staff(tx, account, keyring, now, move)
    _record(tx, account, before, move, now)
    return account


async def _record_refusal(
    tx: Transaction,
    attempt: StaffAttempt,
    phone_index: BlindIndex,
    closed: bool,
    caller: Caller,
    keyring: Keyring,
    now: datetime,
) -> None:
    """A wrong try counts for every account of the phone: nobody can say which one was meant."""
    locks = closed and attempt.is_guessable
    if locks:
        await _lock_accounts(tx, phone_index, keyring, now)
    tried = await staff_accounts.select_by_phone(tx, phone_index, _ALIVE)
    result: Result = "locked" if locks else "refused"
    await staff_logins.insert(tx, [_login(one, result, attempt.method, caller, now) for one in tried])


async def _lock_accounts(tx: Transaction, phone_index: BlindIndex, keyring: Keyring, now: datetime) -> None:
    for account in await staff_accounts.lock_active_by_phone(tx, phone_index):
        locked = account.moved("lock")
        await staff_accounts.update_state(tx, locked, now)
        publish_staff(tx, locked, keyring, now, "lock")
        _record(tx, locked, account.state, "lock", now)


def _login(account: StaffAccount, result: Result, method: StaffMethod, caller: Caller, now: datetime) -> StaffLogin:
    address = mask_address(caller.address)
    return StaffLogin(new_id(), account.staff_id, account.scope_id, now, address, caller.client, result, method)


def _record(tx: Transaction, account: StaffAccount, before: str, move: str, now: datetime) -> None:
    audit.record(
        tx,
        f"staff.{move}",
        actor=SYSTEM,
        subject_kind="staff",
        subject_id=account.staff_id,
        at=now,
        before=before,
        after=account.state,
    )
