"""The wechat_token table of a service: one access token per app, shared by all copies, and the lease of who renews."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT version, token_sealed, expires_at FROM wechat_token WHERE appid = $1"
# Claimed by one copy at a time, and only by who has seen the newest token; a dead holder's lease runs out.
_LEASE: Final = """
INSERT INTO wechat_token AS t (appid, leased_until) VALUES ($1, $4)
ON CONFLICT (appid) DO UPDATE SET leased_until = excluded.leased_until
WHERE t.version = $2 AND (t.leased_until IS NULL OR t.leased_until <= $3)
RETURNING version
"""
_UPDATE: Final = """
UPDATE wechat_token SET version = version + 1, token_sealed = $3, expires_at = $4, leased_until = NULL
WHERE appid = $1 AND version = $2
"""
_RELEASE: Final = "UPDATE wechat_token SET leased_until = NULL WHERE appid = $1 AND version = $2"


@dataclass(frozen=True, slots=True)
class StoredToken:
    """The shared token, sealed; None while the first one is on its way."""

    version: int
    token_sealed: bytes | None
    expires_at: datetime | None


async def select(reader: Reader, appid: str) -> StoredToken:
    """The newest token; version 0 when there is none."""
    row = await reader.fetchrow(_SELECT, appid)
    return StoredToken(0, None, None) if row is None else StoredToken(**dict(row))


async def lock_renewal(tx: Transaction, appid: str, version: int, now: datetime, until: datetime) -> bool:
    """Become the one who renews what follows `version`; False when another does, or has done."""
    return await tx.fetchval(_LEASE, appid, version, now, until) is not None


async def update_token(tx: Transaction, appid: str, version: int, token_sealed: bytes, expires_at: datetime) -> None:
    """The token that follows `version`, and the end of the lease."""
    await tx.execute(_UPDATE, appid, version, token_sealed, expires_at)


async def update_released(tx: Transaction, appid: str, version: int) -> None:
    """Give the lease up after a failure."""
    await tx.execute(_RELEASE, appid, version)
