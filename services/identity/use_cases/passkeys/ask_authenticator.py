"""Give out a challenge for an authenticator to sign: once, for one purpose, by one phone or account (V8, V11)."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.limits import PasskeyLimits
from services.identity.domain.passkeys import PasskeyPurpose
from services.identity.storage import passkey_challenges
from services.identity.storage.passkey_challenges import PasskeyChallenge
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex


async def ask_authenticator(
    tx: Transaction, purpose: PasskeyPurpose, bound_to: BlindIndex | UUID, limits: PasskeyLimits, now: datetime
) -> PasskeyChallenge:
    """A fresh challenge; `bound_to` is a phone's index before a login, an account inside a session."""
    account = bound_to if isinstance(bound_to, UUID) else None
    asked = PasskeyChallenge(
        challenge_id=new_id(),
        purpose=purpose,
        challenge=secrets.token_bytes(32),
        phone_index=None if isinstance(bound_to, UUID) else bytes(bound_to),
        staff_id=account,
        expires_at=now + timedelta(seconds=limits.seconds),
    )
    await passkey_challenges.insert(tx, asked)
    return asked
