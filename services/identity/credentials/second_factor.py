"""Time-based one-time passwords (RFC 6238) as the second, cryptographic factor of staff (V11)."""

import hmac
from datetime import datetime

import pyotp

_STEP_SECONDS = 30
_ISSUER = "Tiro"


def new_totp_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def totp_uri(secret: str, account: str) -> str:
    """What an authenticator app scans; `account` is a masked phone."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=_ISSUER)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, one step of drift allowed either way, or None.

    Callers keep the step and take none twice (RFC 6238, 5.2)."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    matches = [
        step
        for step in (current, current - 1, current + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]
    return matches[0] if matches else None
