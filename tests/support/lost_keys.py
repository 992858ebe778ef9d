"""A key that the store lost, as after a standby that was behind took over: no key, no line in the log of erasures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from deploy.local.bootstrap_database import in_database
from deploy.local.engines.postgres import KEY_DATABASE
from tests.support.engines import Engines

_LOSE = "DELETE FROM subject_keys.subject_key WHERE subject_id = $1 RETURNING secret"
_GIVE_BACK = "INSERT INTO subject_keys.subject_key (subject_id, secret) VALUES ($1, $2)"


async def lose_key(engines: Engines, subject: UUID) -> bytes:
    """Take one subject's key out of the store, and return it; processes may remember it for a minute still."""
    async with _store(engines) as connection:
        secret = await connection.fetchval(_LOSE, subject)
    assert isinstance(secret, bytes)
    return secret


async def give_key_back(engines: Engines, subject: UUID, secret: bytes) -> None:
    """Put it there again."""
    async with _store(engines) as connection:
        await connection.execute(_GIVE_BACK, subject, secret)


@asynccontextmanager
async def _store(engines: Engines) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(in_database(engines.stack.around.admin_dsn(), KEY_DATABASE))
    try:
        yield connection
    finally:
        await connection.close()
