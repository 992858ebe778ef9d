"""Passkeys of staff: questions to authenticators, one's own second factors, proving oneself anew (V11)."""

from datetime import timedelta

from aiohttp import web

from services.identity.api.calls import IdentityCall, caller_of, refuse
from services.identity.api.login_schemas import StepUpView
from services.identity.api.passkey_schemas import (
    OwnPasskeyQuestionBody,
    PasskeyBody,
    PasskeyLabelBody,
    PasskeyLoginQuestionBody,
    PasskeyQuestionView,
    PasskeyView,
    SecondFactorsView,
)
from services.identity.credentials.passkeys import read_attestation
from services.identity.credentials.shown_passkeys import shown_passkeys
from services.identity.domain.phone import plain_phone
from services.identity.domain.refusals import Refused
from services.identity.storage import staff_accounts, staff_passkeys
from services.identity.use_cases.passkeys.ask_authenticator import ask_authenticator
from services.identity.use_cases.passkeys.register_passkey import register_passkey
from services.identity.use_cases.passkeys.remove_factor import remove_factor
from services.identity.use_cases.passkeys.rename_passkey import rename_passkey
from services.identity.use_cases.passkeys.require_recent_factors import require_recent_factors
from services.identity.use_cases.staffing.check_factors import StaffAttempt
from services.identity.use_cases.staffing.staff_events import staff_phone
from services.identity.use_cases.staffing.step_up_staff import step_up_staff
from shared.masking import mask_phone
from shared.postgres.rate_limit import Rate, take
from shared.security.blind_index import blind_index

_HOUR = timedelta(hours=1)


async def post_passkey_challenge(call: IdentityCall, body: PasskeyLoginQuestionBody) -> PasskeyQuestionView:
    """V6, V11."""
    deps, limits, phone = call.deps, call.deps.settings.passkey, plain_phone(body.phone)
    address = blind_index(deps.keyring, "index_contact", "client_address", caller_of(call).address)
    await take(call.tx, Rate("passkey.address", limits.questions_per_address_and_hour, _HOUR), address, call.now)
    index = blind_index(deps.keyring, "index_contact", "phone", phone)
    shown = shown_passkeys(phone, await staff_passkeys.select_by_phone(call.tx, index), deps.keyring)
    asked = await ask_authenticator(call.tx, body.purpose, index, limits, call.now)
    options = deps.passkeys.assertion_options(asked.challenge, body.purpose, shown, limits.seconds)
    return PasskeyQuestionView(challenge_id=asked.challenge_id, public_key=options, expires_at=asked.expires_at)


async def post_own_passkey_challenge(call: IdentityCall, body: OwnPasskeyQuestionBody) -> PasskeyQuestionView:
    """V11."""
    deps, limits = call.deps, call.deps.settings.passkey
    if body.purpose == "registration":
        await require_recent_factors(call.tx, call.actor, deps.settings.session, call.now)
    own = await staff_accounts.select(call.tx, call.actor.id)
    known = [one.credential_id for one in await staff_passkeys.select_of(call.tx, own.staff_id)]
    asked = await ask_authenticator(call.tx, body.purpose, own.staff_id, limits, call.now)
    if body.purpose == "registration":
        name = mask_phone(staff_phone(own, deps.keyring))
        options = deps.passkeys.registration_options(asked.challenge, own.staff_id, name, known, limits.seconds)
    else:
        options = deps.passkeys.assertion_options(asked.challenge, body.purpose, known, limits.seconds)
    return PasskeyQuestionView(challenge_id=asked.challenge_id, public_key=options, expires_at=asked.expires_at)


async def post_passkey(call: IdentityCall, body: PasskeyBody) -> PasskeyView | web.Response:
    """V11."""
    deps, limits = call.deps, call.deps.settings.passkey
    await require_recent_factors(call.tx, call.actor, deps.settings.session, call.now)
    made = await register_passkey(
        call.tx,
        body.challenge_id,
        read_attestation(body.credential.model_dump()),
        body.label,
        actor=call.actor,
        passkeys=deps.passkeys,
        limits=limits,
        now=call.now,
    )
    return refuse(call, made) if isinstance(made, Refused) else PasskeyView.of(made)


async def get_second_factors(call: IdentityCall) -> SecondFactorsView:
    """V11."""
    own = await staff_accounts.select(call.reader, call.actor.id)
    found = await staff_passkeys.select_of(call.reader, own.staff_id)
    return SecondFactorsView(
        has_totp=own.totp_sealed is not None, passkeys=[PasskeyView.of(passkey) for passkey in found]
    )


async def put_passkey_label(call: IdentityCall, body: PasskeyLabelBody) -> PasskeyView:
    """V11."""
    passkey_id, version = call.path_id("passkey_id"), call.expected_version
    return PasskeyView.of(await rename_passkey(call.tx, passkey_id, version, body.label, call.actor, call.now))


async def delete_passkey(call: IdentityCall) -> None:
    """V11."""
    await require_recent_factors(call.tx, call.actor, call.deps.settings.session, call.now)
    await remove_factor(call.tx, call.path_id("passkey_id"), call.actor, call.now)


async def delete_totp(call: IdentityCall) -> None:
    """V11."""
    await require_recent_factors(call.tx, call.actor, call.deps.settings.session, call.now)
    await remove_factor(call.tx, None, call.actor, call.now)


async def post_staff_step_up(call: IdentityCall, attempt: StaffAttempt) -> StepUpView | web.Response:
    """V11, V19."""
    session_id = await step_up_staff(call.tx, attempt, call.actor, caller_of(call), call.deps.tokens, call.now)
    if isinstance(session_id, Refused):
        return refuse(call, session_id)
    return StepUpView(session_id=session_id, proven_at=call.now)
