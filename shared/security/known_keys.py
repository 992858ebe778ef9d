"""The public keys this service has learned from identity's events, kept in its own table: tokens can be checked
while identity is down. An unknown kid causes at most one look into the table per interval (V15)."""

import time

import orjson

from shared.contracts.identity import SigningKeyPublished
from shared.errors import TiroError
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.security.tokens import TokenVerifier

_REFRESH_SECONDS = 5.0

_SELECT = "SELECT kid, jwk FROM known_signing_key WHERE retire_at > now()"
_UPSERT = """
INSERT INTO known_signing_key (kid, jwk, not_before, retire_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (kid) DO UPDATE SET retire_at = excluded.retire_at
"""


class KnownKeys:
    """Keeps a TokenVerifier in step with the table."""

    def __init__(self, database: Database, verifier: TokenVerifier) -> None:
        self._database = database
        self.verifier = verifier
        self._looked_at = float("-inf")

    async def refresh(self, *, force: bool = False) -> None:
        """Read the table, unless that was done a moment ago."""
        if not force and time.monotonic() - self._looked_at < _REFRESH_SECONDS:
            return
        self._looked_at = time.monotonic()
        try:
            async with self._database.read() as reader:
                rows = await reader.fetch(_SELECT)
        except TiroError:
            return
        self.verifier.replace_keys({row["kid"]: orjson.loads(row["jwk"]) for row in rows})


async def on_signing_key_published(tx: Transaction, event: SigningKeyPublished, _deps: object) -> None:
    """Remember a public key (V15)."""
    await tx.execute(_UPSERT, event.kid, event.jwk, event.not_before, event.retire_at)
