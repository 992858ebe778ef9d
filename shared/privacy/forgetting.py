"""A database that comes back from a backup knows people again whose keys were destroyed. Nothing of theirs opens; what
is left (ids, masked text, keyed hashes) is forgotten again by the log of the key store, which no backup takes back
(V58)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.reconciling.positions import select_position, upsert_position
from shared.security.subject_keys import SubjectKeys

Forget = Callable[[Transaction, Sequence[UUID]], Awaitable[int]]
"""Forgets those of these people whom the service knows still; how many."""

_NAME: Final = "erased_subjects"
_PAGE: Final = 200


async def forget_erased(database: Database, subject_keys: SubjectKeys, forget: Forget) -> int:
    """Work off the log from where this database got to; how many people were forgotten again. The position moves in the
    same commit, and goes back with the database that is restored."""
    forgotten = 0
    while True:
        async with database.read() as reader:
            position = int(await select_position(reader, _NAME, "0"))
        if not (erased := await subject_keys.erased_after(position, _PAGE)):
            return forgotten
        async with database.transaction() as tx:
            forgotten += await forget(tx, [one.subject_id for one in erased])
            await upsert_position(tx, _NAME, str(erased[-1].position))
