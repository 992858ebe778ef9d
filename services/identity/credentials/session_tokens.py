"""Makes the pair a client lives on: an access token, and a single-use refresh token kept only as a hash (V16)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.identity.credentials.access_tokens import AccessTokens
from services.identity.domain.caller import Caller
from services.identity.domain.limits import SessionLimits
from services.identity.storage import refresh_tokens
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

ANSWER_CLASS = "staff_secret"


class TokenPair(BaseModel):
    """`expires_in` in seconds."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    access_token: str
    expires_in: int
    refresh_token: str


def token_hash(token: str) -> bytes:
    """What is stored of a token of 256 random bits; nothing shorter may be hashed without a key."""
    return hashlib.sha256(token.encode()).digest()


def answer_place(hashed: bytes) -> str:
    """Where the pair that replaced a token is sealed for."""
    return f"refresh_token.answer:{hashed.hex()}"


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """The parts that opening and refreshing sessions need; one per process."""

    keyring: Keyring
    access: AccessTokens
    limits: SessionLimits

    async def pair(
        self, tx: Transaction, actor: Actor, expires_at: datetime, caller: Caller, now: datetime
    ) -> TokenPair:
        """A fresh pair for the session `actor.session_id`, which ends at `expires_at` at the latest."""
        if actor.session_id is None:
            raise ValueError("a pair belongs to a session")
        token = secrets.token_urlsafe(32)
        until = min(now + self.limits.idle(actor.kind), expires_at)
        await refresh_tokens.insert(tx, token_hash(token), actor.session_id, now, until, self.client_mac(caller))
        access, seconds = await self.access.issue(tx, actor, now, expires_at)
        return TokenPair(access_token=access, expires_in=seconds, refresh_token=token)

    def client_mac(self, caller: Caller) -> bytes:
        """Recognises the client that asks again. Its address is left out: a phone that loses an answer while it
        changes from one network to another is the very case the replay exists for."""
        return blind_index(self.keyring, "index_contact", "refresh_token.client", caller.user_agent)
