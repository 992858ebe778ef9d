"""Staff accounts as their holders use them: accept an invitation, prove the second factor, log in again."""

import asyncio
import secrets
import time
from dataclasses import asdict, dataclass

import pyotp

from deploy.demo.phones import newest_text
from deploy.demo.public_api import Json, PublicApi, StepFailed

_STEP = 30


@dataclass(frozen=True, slots=True)
class Account:
    """What the holder of an account knows. Kept in the stack's own folder between runs of the demo."""

    staff_id: str
    scope_id: str
    phone: str
    password: str
    totp_secret: str

    def as_json(self) -> Json:
        """For the file."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An account and the API as its holder."""

    account: Account
    api: PublicApi


async def accept_invitation(api: PublicApi, phone: str, after: int = 0) -> LoggedIn:
    """Take the secret from the phone, set a password, prove the second factor."""
    text = await newest_text(api, phone, "SMS_TIRO_INVITE", after)
    password = f"Tiro-{secrets.token_urlsafe(12)}-{secrets.randbelow(1000)}"
    accepted = await api.post(
        "api/identity/v1/staff-invitations/acceptance",
        {"secret": text["parameters"]["code"], "phone": phone, "password": password, "accept_responsibility": True},
    )
    secret = accepted["totp_secret"]
    tokens = await api.post(
        "api/identity/v1/staff-activations",
        {"staff_id": accepted["staff_id"], "phone": phone, "password": password, "totp": pyotp.TOTP(secret).now()},
    )
    account = Account(tokens["staff_id"], tokens["scope_id"], phone, password, secret)
    return LoggedIn(account, api.acting(tokens["access_token"]))


async def log_in(api: PublicApi, account: Account) -> LoggedIn:
    """Password and one-time password; each one-time password works once, so a second login waits for the next."""
    for _ in range(3):
        body = {
            "phone": account.phone,
            "password": account.password,
            "totp": pyotp.TOTP(account.totp_secret).now(),
            "scope_id": account.scope_id,
        }
        try:
            tokens = await api.post("api/identity/v1/staff-sessions", body)
            return LoggedIn(account, api.acting(tokens["access_token"]))
        except StepFailed as refused:
            reason = refused
            await asyncio.sleep(_STEP - time.time() % _STEP + 0.5)
    raise reason
