"""The public keys this service has learned from identity's events, kept in its own table: tokens can be checked
while identity is down. An unknown kid causes at most one look into the table per minute, which all requests that meet
it share (V15); besides, the api role looks by itself every few seconds."""

import asyncio
import time

import orjson

from shared.contracts.identity import SigningKeyPublished
from shared.errors import TiroError
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.reconciling.sets import Projection
from shared.security.tokens import TokenVerifier

_UNKNOWN_KID_SECONDS = 60.0

_SELECT = "SELECT kid, jwk FROM known_signing_key WHERE retire_at > now()"
KNOWN_KEYS = Projection(
    SigningKeyPublished,
    "SELECT CASE WHEN kid ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$' THEN kid::uuid END AS id FROM known_signing_key"
    " WHERE retire_at > now()",
)
"""The keys that are trusted, to compare with what identity told (M11)."""
_UPSERT = """
INSERT INTO known_signing_key (kid, jwk, not_before, retire_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (kid) DO UPDATE SET retire_at = excluded.retire_at
"""


class KnownKeys:
    """Keeps a TokenVerifier in step with the table."""

    def __init__(self, database: Database, verifier: TokenVerifier) -> None:
        self._database = database
        self.verifier = verifier
        self._asked_at = float("-inf")
        self._looking = asyncio.Lock()
        self.looks = 0
        """How often the table was read."""

    async def refresh(self, *, force: bool = False) -> None:
        """Read the table; without `force`, that is for an unknown kid, at most once a minute. Who comes while somebody
        looks waits for that look: without it a valid token would be refused."""
        async with self._looking:
            if not force:
                now = time.monotonic()
                if now - self._asked_at < _UNKNOWN_KID_SECONDS:
                    return
                self._asked_at = now
            await self._look()

    async def _look(self) -> None:
        self.looks += 1
        try:
            async with self._database.read() as reader:
                rows = await reader.fetch(_SELECT)
        except TiroError:
            return
        self.verifier.replace_keys({row["kid"]: orjson.loads(row["jwk"]) for row in rows})


async def on_signing_key_published(tx: Transaction, event: SigningKeyPublished, _deps: object) -> None:
    """Remember a public key (V15)."""
    await tx.execute(_UPSERT, event.kid, event.jwk, event.not_before, event.retire_at)
