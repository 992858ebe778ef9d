"""The two steps before a staff login is decided: take a try, then check both factors outside any transaction (V11).

A try is taken before the factors are looked at and given back on success, so that parallel guesses can not outrun the
lock. Phones that nobody has are treated alike (V6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.credentials.passwords import Passwords
from services.identity.credentials.second_factor import matching_step
from services.identity.domain.caller import Caller
from services.identity.domain.limits import StaffLimits
from services.identity.domain.staff_account import StaffAccount
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import login_guards
from services.identity.use_cases.staffing.accept_invitation import TOTP_CLASS, totp_place
from shared.errors import LimitReached
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


@dataclass(frozen=True, slots=True)
class FactorProof:
    """Both factors were right for this account: its password as it was stored, and the step of its code."""

    staff_id: UUID
    password_phc: str
    totp_step: int


async def take_staff_try(
    tx: Transaction, phone: str, caller: Caller, keyring: Keyring, limits: StaffLimits, now: datetime
) -> None:
    """Count one login try at this phone; the one that fills the window closes the login for a while (4.8). Raises
    LimitReached with the seconds to wait."""
    address = blind_index(keyring, "index_contact", "client_address", caller.address)
    rate = Rate("staff.address", limits.guesses_per_address_and_hour, timedelta(hours=1))
    await take(tx, rate, address, now)
    guard = await login_guards.lock(tx, blind_index(keyring, "index_contact", "phone", phone), now)
    if guard.staff_locked_until is not None and guard.staff_locked_until > now:
        raise LimitReached(retry_after=int((guard.staff_locked_until - now).total_seconds()) + 1)
    lock = timedelta(minutes=limits.lock_minutes)
    window = ((limits.failures, lock),)
    failed = [*remembered(guard.staff_failed_at, window, now), now]
    closed = now + lock if seconds_to_wait(failed, window, now) else None
    await login_guards.update(tx, replace(guard, staff_failed_at=failed, staff_locked_until=closed))


async def check_factors(
    accounts: Sequence[StaffAccount], password: str, code: str, passwords: Passwords, keyring: Keyring, now: datetime
) -> FactorProof | None:
    """The account whose second factor gave `code`, if its password is right too. The code tells accounts of one phone
    in several scopes apart; exactly one password is checked in every case."""
    chosen: tuple[StaffAccount, int] | None = None
    for account in accounts:
        step = _step(account, code, keyring, now)
        if step is not None and chosen is None:
            chosen = account, step
    suspect = chosen[0] if chosen else next(iter(accounts), None)
    right = await passwords.holds(suspect.password_phc if suspect else None, password)
    if chosen is None or not right or chosen[0].password_phc is None:
        return None
    return FactorProof(chosen[0].staff_id, chosen[0].password_phc, chosen[1])


def _step(account: StaffAccount, code: str, keyring: Keyring, now: datetime) -> int | None:
    if account.totp_sealed is None:
        return None
    secret = unseal_text(keyring, TOTP_CLASS, totp_place(account.staff_id), account.totp_sealed)
    return matching_step(secret, code, now)
