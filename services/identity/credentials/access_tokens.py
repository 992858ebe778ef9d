"""Signs access tokens with the current key, which is opened once and kept for half a minute (V14, V15)."""

from datetime import datetime, timedelta

import orjson
from joserfc.jwk import ECKey

from services.identity.domain.limits import SessionLimits
from services.identity.storage import signing_keys
from shared.actor import Actor
from shared.errors import Unavailable
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text
from shared.security.tokens import SigningKey, issue

_KEEP = timedelta(seconds=30)
KEY_CLASS = "staff_secret"
"""The data class that seals private keys: only this service holds it."""


class NoSigningKey(Unavailable):
    """No key may sign now: the first start has not finished, or the clock is far off."""

    code = "no_signing_key"


def key_place(kid: str) -> str:
    """Where a private key is sealed for."""
    return f"signing_key.private:{kid}"


class AccessTokens:
    """Issues access tokens; one per process."""

    def __init__(self, keyring: Keyring, issuer: str, limits: SessionLimits) -> None:
        self._keyring = keyring
        self._issuer = issuer
        self._seconds = limits.access_seconds
        self._key: SigningKey | None = None
        self._fetched_at: datetime | None = None

    async def issue(
        self, reader: Reader, actor: Actor, now: datetime, until: datetime | None = None
    ) -> tuple[str, int]:
        """(token, seconds it lives); never beyond `until`, the end of the session. Raises NoSigningKey."""
        seconds = self._seconds
        if until is not None:
            seconds = max(1, min(seconds, int((until - now).total_seconds())))
        return issue(await self._current(reader, now), actor, self._issuer, now, seconds), seconds

    async def _current(self, reader: Reader, now: datetime) -> SigningKey:
        fresh = self._fetched_at is not None and self._fetched_at <= now < self._fetched_at + _KEEP
        if self._key is None or not fresh:
            stored = await signing_keys.select_signing(reader, now, now + timedelta(seconds=self._seconds))
            if stored is None:
                raise NoSigningKey(retry_after=2)
            jwk = orjson.loads(unseal_text(self._keyring, KEY_CLASS, key_place(stored.kid), stored.private_sealed))
            self._key, self._fetched_at = SigningKey(stored.kid, ECKey.import_key(jwk)), now
        return self._key
