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
from services.identity.domain.passkeys import PasskeyProof
from services.identity.domain.refusals import StaffLoginRefused
from services.identity.domain.staff_account import StaffAccount, StaffMethod
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import login_guards
from services.identity.use_cases.staffing.accept_invitation import TOTP_CLASS, totp_place
from shared.errors import LimitReached, TiroError
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A second factor that was right, and of which account: the step of a code, or a passkey."""

    account: StaffAccount
    totp_step: int | None = None
    passkey: PasskeyProof | None = None


@dataclass(frozen=True, slots=True)
class FactorProof:
    """Both factors were right for this account: its password as it was stored (None where a passkey stands for both),
    and what the second one was."""

    staff_id: UUID
    password_phc: str | None
    totp_step: int | None = None
    passkey: PasskeyProof | None = None


@dataclass(frozen=True, slots=True)
class StaffAttempt:
    """A login whose factors were looked at; without proof `refusal` says why. `method`: what was shown; `sha256` tells
    requests apart where one may be repeated."""

    phone: str
    method: StaffMethod
    proof: FactorProof | None
    refusal: TiroError
    sha256: str = ""

    @property
    def is_guessable(self) -> bool:
        """Whether a password was in it: nobody guesses a signature, so those are not counted (V7)."""
        return self.method != "passkey"

    @classmethod
    def judged(cls, phone: str, method: StaffMethod, proof: FactorProof | None) -> "StaffAttempt":
        """With proof, or refused in the one way that tells nothing."""
        return cls(phone, method, proof, StaffLoginRefused())


async def take_staff_try(
    tx: Transaction, phone: str, caller: Caller, keyring: Keyring, limits: StaffLimits, now: datetime
) -> None:
    """Count one login try at this phone; the one that fills the window closes the login for a while (4.8). Raises
    LimitReached with the seconds to wait."""
    await take_address_try(tx, caller, keyring, limits, now)
    guard = await login_guards.lock(tx, blind_index(keyring, "index_contact", "phone", phone), now)
    if guard.staff_locked_until is not None and guard.staff_locked_until > now:
        raise LimitReached(retry_after=int((guard.staff_locked_until - now).total_seconds()) + 1)
    lock = timedelta(minutes=limits.lock_minutes)
    window = ((limits.failures, lock),)
    failed = [*remembered(guard.staff_failed_at, window, now), now]
    closed = now + lock if seconds_to_wait(failed, window, now) else None
    await login_guards.update(tx, replace(guard, staff_failed_at=failed, staff_locked_until=closed))


async def take_address_try(
    tx: Transaction, caller: Caller, keyring: Keyring, limits: StaffLimits, now: datetime
) -> None:
    """Count one try of this address, at whomever's login. Raises LimitReached."""
    address = blind_index(keyring, "index_contact", "client_address", caller.address)
    rate = Rate("staff.address", limits.guesses_per_address_and_hour, timedelta(hours=1))
    await take(tx, rate, address, now)


def account_of_code(
    accounts: Sequence[StaffAccount], code: str, keyring: Keyring, now: datetime
) -> SecondFactor | None:
    """The account whose second factor gave `code`: it tells accounts of one phone in several scopes apart."""
    found = [(account, _step(account, code, keyring, now)) for account in accounts]
    return next((SecondFactor(account, totp_step=step) for account, step in found if step is not None), None)


def account_of_passkey(accounts: Sequence[StaffAccount], passkey: PasskeyProof) -> SecondFactor | None:
    """The account a passkey belongs to, if it is one of these."""
    found = (SecondFactor(one, passkey=passkey) for one in accounts if one.staff_id == passkey.staff_id)
    return next(found, None)


async def check_factors(
    accounts: Sequence[StaffAccount], second: SecondFactor | None, password: str, passwords: Passwords
) -> FactorProof | None:
    """Both factors of one account, or None. Exactly one password is checked in every case."""
    suspect = second.account if second else next(iter(accounts), None)
    right = await passwords.holds(suspect.password_phc if suspect else None, password)
    if second is None or not right or second.account.password_phc is None:
        return None
    account = second.account
    return FactorProof(account.staff_id, account.password_phc, second.totp_step, second.passkey)


def _step(account: StaffAccount, code: str, keyring: Keyring, now: datetime) -> int | None:
    if account.totp_sealed is None:
        return None
    secret = unseal_text(keyring, TOTP_CLASS, totp_place(account.staff_id), account.totp_sealed)
    return matching_step(secret, code, now)
