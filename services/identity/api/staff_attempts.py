"""What happens to a staff login before its transaction: the body is read, a try is taken, both factors are checked.
Argon2 takes its time, and no row may be locked meanwhile."""

import hashlib
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from services.identity.api.calls import IdentityCall, caller_of
from services.identity.api.passkey_schemas import (
    PasskeyAnswerBody,
    PasskeySessionBody,
    StaffSessionBody,
    StaffStepUpBody,
)
from services.identity.api.staff_schemas import AcceptanceBody, ActivationBody
from services.identity.credentials.passkeys import read_assertion
from services.identity.domain.passkeys import Passkey, PasskeyProof, PasskeyPurpose
from services.identity.domain.passwords import require_strong
from services.identity.domain.phone import plain_phone
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import passkey_challenges, staff_accounts, staff_passkeys
from services.identity.use_cases.passkeys.check_passkey import check_passkey
from services.identity.use_cases.staffing.check_factors import (
    FactorProof,
    StaffAttempt,
    account_of_code,
    account_of_passkey,
    check_factors,
    take_address_try,
    take_staff_try,
)
from services.identity.use_cases.staffing.password_context import password_context
from services.identity.use_cases.staffing.staff_events import staff_phone
from shared.errors import TiroError
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, blind_index
from shared.web.reading import parse_body, read_raw
from shared.web.schemas import Body

_BODY_LIMIT = 65_536
_WORKING = ["active", "locked"]
# Locked: after a lost second factor the first code of the new one brings the account back.
_WAITING = ["invited", "locked"]
BodyType = TypeVar("BodyType", bound=Body)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An acceptance whose password is strong enough, and hashed."""

    secret: str
    phone: str
    password_phc: str


async def prepare_staff_session(call: IdentityCall) -> StaffAttempt:
    """Raises LimitReached, TooManyPasswords, PasskeyUnreadable."""
    body = await _body(call, StaffSessionBody)
    phone = plain_phone(body.phone)
    index = _phone_index(call, phone)
    if body.passkey is not None:
        return await _with_passkey(call, body, body.passkey, phone, index)
    async with call.database.transaction(call.request_id) as tx:
        await _take_try(call, tx, phone)
    accounts = await _accounts(call, index, body.scope_id)
    proof = await _with_code(call, accounts, body.password, body.totp or "")
    return StaffAttempt.judged(phone, "password_totp", proof)


async def prepare_passkey_session(call: IdentityCall) -> StaffAttempt:
    """Raises LimitReached, PasskeyUnreadable."""
    body = await _body(call, PasskeySessionBody)
    phone = plain_phone(body.phone)
    index = _phone_index(call, phone)
    async with call.database.read() as reader:
        candidates = await staff_passkeys.select_by_phone(reader, index)
    return await _by_passkey(call, body.passkey, phone, "login", index, candidates)


async def prepare_activation(call: IdentityCall) -> StaffAttempt:
    """Raises LimitReached, TooManyPasswords."""
    body = await _body(call, ActivationBody)
    phone = plain_phone(body.phone)
    async with call.database.transaction(call.request_id) as tx:
        await _take_try(call, tx, phone)
    async with call.database.read() as reader:
        waiting = await staff_accounts.select_by_phone(reader, _phone_index(call, phone), _WAITING)
    accounts = [account for account in waiting if account.staff_id == body.staff_id]
    proof = await _with_code(call, accounts, body.password, body.totp)
    return StaffAttempt.judged(phone, "password_totp", proof)


async def prepare_step_up(call: IdentityCall) -> StaffAttempt:
    """Raises LimitReached, TooManyPasswords, PasskeyUnreadable."""
    raw = await read_raw(call.request, _BODY_LIMIT)
    body = parse_body(call.request, raw, StaffStepUpBody)
    assert isinstance(body, StaffStepUpBody)
    attempt = await _step_up(call, body)
    return replace(attempt, sha256=hashlib.sha256(raw).hexdigest())


async def _step_up(call: IdentityCall, body: StaffStepUpBody) -> StaffAttempt:
    async with call.database.read() as reader:
        own = await staff_accounts.select(reader, call.actor.id)
        candidates = await staff_passkeys.select_of(reader, own.staff_id)
    phone = staff_phone(own, call.deps.keyring)
    if body.passkey is not None:
        return await _by_passkey(call, body.passkey, phone, "step_up", own.staff_id, candidates)
    async with call.database.transaction(call.request_id) as tx:
        await _take_try(call, tx, phone)
    proof = await _with_code(call, [own], body.password or "", body.totp or "")
    return StaffAttempt.judged(phone, "password_totp", proof)


async def prepare_acceptance(call: IdentityCall) -> Acceptance:
    """Raises PhoneInvalid, PasswordTooWeak, TooManyPasswords."""
    body = await _body(call, AcceptanceBody)
    phone = plain_phone(body.phone)
    deps = call.deps
    async with call.database.read() as reader:
        context = await password_context(reader, body.secret, phone, deps.keyring, call.now)
    is_breached = await deps.breached.has(body.password)
    require_strong(body.password, context, deps.settings.staff, is_breached=is_breached)
    return Acceptance(body.secret, phone, await deps.passwords.hash(body.password))


async def _with_code(call: IdentityCall, accounts: list[StaffAccount], password: str, totp: str) -> FactorProof | None:
    second = account_of_code(accounts, totp, call.deps.keyring, call.now)
    return await check_factors(accounts, second, password, call.deps.passwords)


async def _with_passkey(
    call: IdentityCall, body: StaffSessionBody, shown: PasskeyAnswerBody, phone: str, index: BlindIndex
) -> StaffAttempt:
    """The password is checked whatever the passkey is worth, so that neither shows in the time of the other."""
    answer = read_assertion(shown.credential.model_dump())
    async with call.database.transaction(call.request_id) as tx:
        await _take_try(call, tx, phone)
        asked = await passkey_challenges.delete_taken(tx, shown.challenge_id)
    accounts = await _accounts(call, index, body.scope_id)
    async with call.database.read() as reader:
        candidates = await staff_passkeys.select_by_phone(reader, index)
    judged = check_passkey(asked, answer, "second_factor", index, candidates, call.deps.passkeys, call.now)
    second = account_of_passkey(accounts, judged) if isinstance(judged, PasskeyProof) else None
    proof = await check_factors(accounts, second, body.password, call.deps.passwords)
    if isinstance(judged, TiroError):
        return StaffAttempt(phone, "password_passkey", None, judged)
    return StaffAttempt.judged(phone, "password_passkey", proof)


async def _by_passkey(
    call: IdentityCall,
    shown: PasskeyAnswerBody,
    phone: str,
    purpose: PasskeyPurpose,
    bound_to: BlindIndex | UUID,
    candidates: list[Passkey],
) -> StaffAttempt:
    answer = read_assertion(shown.credential.model_dump())
    async with call.database.transaction(call.request_id) as tx:
        await take_address_try(tx, caller_of(call), call.deps.keyring, call.deps.settings.staff, call.now)
        asked = await passkey_challenges.delete_taken(tx, shown.challenge_id)
    judged = check_passkey(asked, answer, purpose, bound_to, candidates, call.deps.passkeys, call.now)
    if isinstance(judged, TiroError):
        return StaffAttempt(phone, "passkey", None, judged)
    return StaffAttempt.judged(phone, "passkey", FactorProof(judged.staff_id, None, passkey=judged))


async def _body(call: IdentityCall, model: type[BodyType]) -> BodyType:
    parsed = parse_body(call.request, await read_raw(call.request, _BODY_LIMIT), model)
    assert isinstance(parsed, model)
    return parsed


async def _take_try(call: IdentityCall, tx: Transaction, phone: str) -> None:
    await take_staff_try(tx, phone, caller_of(call), call.deps.keyring, call.deps.settings.staff, call.now)


async def _accounts(call: IdentityCall, index: BlindIndex, scope_id: UUID | None) -> list[StaffAccount]:
    async with call.database.read() as reader:
        accounts = await staff_accounts.select_by_phone(reader, index, _WORKING)
    return [account for account in accounts if scope_id in (None, account.scope_id)]


def _phone_index(call: IdentityCall, phone: str) -> BlindIndex:
    return blind_index(call.deps.keyring, "index_contact", "phone", phone)
