"""What happens to a staff login before its transaction: the body is read, a try is taken, both factors are checked.
Argon2 takes its time, and no row may be locked meanwhile."""

from dataclasses import dataclass
from typing import TypeVar

from services.identity.api.calls import IdentityCall, caller_of
from services.identity.api.staff_schemas import AcceptanceBody, ActivationBody, StaffSessionBody
from services.identity.domain.passwords import require_strong
from services.identity.domain.phone import plain_phone
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_accounts
from services.identity.use_cases.staffing.check_factors import FactorProof, check_factors, take_staff_try
from shared.security.blind_index import blind_index
from shared.web.reading import parse_body, read_raw
from shared.web.schemas import Body

_BODY_LIMIT = 65_536
_WORKING = ["active", "locked"]
BodyType = TypeVar("BodyType", bound=Body)


@dataclass(frozen=True, slots=True)
class StaffAttempt:
    """A login whose factors were checked; without proof they were wrong, or there is no such account."""

    phone: str
    proof: FactorProof | None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An acceptance whose password is strong enough, and hashed."""

    secret: str
    phone: str
    password_phc: str


async def prepare_staff_session(call: IdentityCall) -> StaffAttempt:
    """Raises LimitReached, TooManyPasswords."""
    body = await _body(call, StaffSessionBody)
    phone = await _take_try(call, body.phone)
    index = blind_index(call.deps.keyring, "index_contact", "phone", phone)
    async with call.database.read() as reader:
        accounts = await staff_accounts.select_by_phone(reader, index, _WORKING)
    if body.scope_id is not None:
        accounts = [account for account in accounts if account.scope_id == body.scope_id]
    return StaffAttempt(phone, await _proof(call, accounts, body.password, body.totp))


async def prepare_activation(call: IdentityCall) -> StaffAttempt:
    """Raises LimitReached, TooManyPasswords."""
    body = await _body(call, ActivationBody)
    phone = await _take_try(call, body.phone)
    index = blind_index(call.deps.keyring, "index_contact", "phone", phone)
    async with call.database.read() as reader:
        invited = await staff_accounts.select_by_phone(reader, index, ["invited"])
    accounts = [account for account in invited if account.staff_id == body.staff_id]
    return StaffAttempt(phone, await _proof(call, accounts, body.password, body.totp))


async def prepare_acceptance(call: IdentityCall) -> Acceptance:
    """Raises PhoneInvalid, PasswordTooWeak, TooManyPasswords."""
    body = await _body(call, AcceptanceBody)
    phone = plain_phone(body.phone)
    require_strong(body.password, phone, call.deps.settings.staff)
    return Acceptance(body.secret, phone, await call.deps.passwords.hash(body.password))


async def _body(call: IdentityCall, model: type[BodyType]) -> BodyType:
    parsed = parse_body(call.request, await read_raw(call.request, _BODY_LIMIT), model)
    assert isinstance(parsed, model)
    return parsed


async def _take_try(call: IdentityCall, text: str) -> str:
    phone = plain_phone(text)
    async with call.database.transaction(call.request_id) as tx:
        await take_staff_try(tx, phone, caller_of(call), call.deps.keyring, call.deps.settings.staff, call.now)
    return phone


async def _proof(call: IdentityCall, accounts: list[StaffAccount], password: str, totp: str) -> FactorProof | None:
    return await check_factors(accounts, password, totp, call.deps.passwords, call.deps.keyring, call.now)
