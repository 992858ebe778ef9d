"""May an old key go? Only when nothing is sealed with it and nothing is indexed by it any more (V47)."""

import base64
from dataclasses import dataclass

import orjson

from shared.objectstore import Bucket, ObjectMissing
from shared.postgres.database import Database
from shared.postgres.transaction import Row
from shared.privacy.registry import Register
from shared.privacy.reindexing import reindex
from shared.privacy.resealing import envelope_of, key_mark
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken, key_id_of
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_sealed

_UNSENT = "SELECT type, aggregate_id, body FROM outbox WHERE sent_at IS NULL"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How much still needs a key, by where it lies; nothing means that the key may be removed."""

    by_place: dict[str, int]

    @property
    def free(self) -> bool:
        """Whether the key may go."""
        return not any(self.by_place.values())


async def count_key_use(
    register: Register, database: Database, bucket: Bucket, keyring: Keyring, data_class: str, key_id: str
) -> KeyUse:
    """What still needs one key: sealed columns, objects, unsent events, indexes. The active key is always in use."""
    found: dict[str, int] = {}
    if not any((register.sealed(data_class), register.objects(data_class), register.indexed(data_class))):
        found["something the register does not speak of, as far as can be told"] = 1
    if keyring.active(data_class).id == key_id:
        found["the keyring, where it is the active one"] = 1
    mark = key_mark(key_id)
    for column, how in register.sealed(data_class):
        count = (
            # allow built-sql: names of the committed register
            f"SELECT count(*) FROM {column.table} "
            f"WHERE substring({envelope_of(column, how)} FROM 3 FOR $2::int) = $1::bytea"
        )
        async with database.read() as reader:
            found[str(column)] = await reader.fetchval(count, mark, len(mark))
    for column, _ in register.objects(data_class):
        # allow built-sql: names of the committed register
        select = f"SELECT {column.name} AS value FROM {column.table} WHERE {column.name} IS NOT NULL"
        async with database.read() as reader:
            keys = [row["value"] for row in await reader.fetch(select)]
        found[f"objects of {column}"] = sum([await _sealed_with(bucket, key) == key_id for key in keys])
    if register.indexed(data_class):
        counted = await reindex(register, database, keyring, data_class, _silent, only_count=True)
        found |= counted.done | counted.broken
    else:
        found["events that are not sent yet"] = await _unsent(database, keyring, data_class, key_id)
    return KeyUse({place: count for place, count in found.items() if count})


async def _sealed_with(bucket: Bucket, key: str) -> str | None:
    try:
        return await bucket.sealed_with(key)
    except ObjectMissing:
        return None


async def _unsent(database: Database, keyring: Keyring, data_class: str, key_id: str) -> int:
    """Unsent events with a field sealed by this key."""
    async with database.read() as reader:
        rows = await reader.fetch(_UNSENT)
    return sum([await _needs(row, keyring, data_class, key_id) for row in rows])


async def _needs(row: Row, keyring: Keyring, data_class: str, key_id: str) -> bool:
    for name, value in orjson.loads(row["body"]).items():
        place = f"{row['type']}.{name}:{row['aggregate_id']}"
        if isinstance(value, str) and await _opens(value, place, keyring, data_class, key_id):
            return True
    return False


async def _opens(value: str, place: str, keyring: Keyring, data_class: str, key_id: str) -> bool:
    """An envelope does not tell its class; that it opens in its place does."""
    try:
        envelope = base64.b64decode(value, validate=True)
        if key_id_of(envelope) != key_id:
            return False
        await open_sealed(keyring, data_class, place, envelope)
    except (ValueError, SealBroken, KeyMissing, SubjectErased):
        return False
    return True


def _silent(_what: str, _done: int, _of: int) -> None:
    """Counting shows no progress."""
