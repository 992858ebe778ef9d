"""A key that the store lost, as after a standby that was behind took over: no key, no line in the log of erasures."""

from uuid import UUID

import asyncpg

from deploy.local.bootstrap_database import in_database
from deploy.local.engines.postgres import KEY_DATABASE
from tests.support.engines import Engines

_LOSE = "DELETE FROM subject_keys.subject_key WHERE subject_id = $1"


async def lose_key(engines: Engines, subject: UUID) -> None:
    """Take one subject's key out of the store; processes may remember it for a minute still."""
    connection = await asyncpg.connect(in_database(engines.stack.around.admin_dsn(), KEY_DATABASE))
    try:
        assert await connection.execute(_LOSE, subject) == "DELETE 1"
    finally:
        await connection.close()
