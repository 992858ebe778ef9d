"""Seal anew what older keys sealed, while everything runs (V47). What is done is seen from the ciphertexts themselves:
a run that was killed is resumed by starting it again, and no reader ever meets a value that does not open. In the same
way values come under the keys of their subjects; what is left of who was erased is blanked (V58)."""

import base64
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from shared.objectstore import Bucket
from shared.postgres.database import TRANSIENT_ERRORS, Database
from shared.postgres.transaction import Row
from shared.privacy.registry import Column, ObjectAs, Register, SealedAs
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken, seal
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_sealed, seal_for, subject_of

BATCH = 200
_OBJECTS = 20
_TRIES = 5

Progress = Callable[[str, int, int], None]
"""Called with what is worked on, how many are done, and how many there were when the run began."""


@dataclass(slots=True)
class Outcome:
    """What a run did: values rewritten, those that did not open, and those of erased subjects, by column."""

    done: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)


async def reseal(
    register: Register,
    database: Database,
    bucket: Bucket,
    keyring: Keyring,
    data_class: str | None,
    progress: Progress,
) -> Outcome:
    """Every sealed column and object of the class, or of all classes, comes under the active key of its class."""
    outcome = Outcome()
    for column, how in register.sealed(data_class):
        await _reseal_column(column, how, database, keyring, progress, outcome)
    for column, whose in register.objects(data_class):
        await _reseal_objects(column, whose, database, bucket, progress, outcome)
    return outcome


async def _reseal_column(
    column: Column, how: SealedAs, database: Database, keyring: Keyring, progress: Progress, outcome: Outcome
) -> None:
    active = key_mark(keyring.active(how.data_class).id)
    async with database.read() as reader:
        total: int = await reader.fetchval(_count(column, how), active, len(active))
    done = broken = erased = 0

    async def rewrite(rows: Sequence[Row]) -> None:
        nonlocal done, broken, erased
        fresh = []
        for row in rows:
            try:
                again = await _again(keyring, how, row)
            except SubjectErased:
                again, erased = "" if how.text else b"", erased + 1
            except (SealBroken, KeyMissing):
                broken += 1
                continue
            fresh.append((again, row["value"], *(row[name] for name in column.key)))
        async with database.transaction() as tx:
            await tx.executemany(swap(column), fresh)
        done += len(fresh)
        progress(str(column), done, total)

    first, following = page_statement(column, how, first=True), page_statement(column, how, first=False)
    await walk(database, first, following, column.key, rewrite, (active, len(active)))
    outcome.done[str(column)] = done
    if broken:
        outcome.broken[str(column)] = broken
    if erased:
        outcome.erased[str(column)] = erased


async def walk(
    database: Database,
    first: str,
    following: str,
    key: Sequence[str],
    work: Callable[[Sequence[Row]], Awaitable[None]],
    arguments: tuple[object, ...] = (),
    size: int = BATCH,
    pages: int | None = None,
) -> None:
    """Hand out the rows of a keyset query in pages, at most `pages`; a page that met a deadlock or a lock is tried
    again."""
    after: tuple[object, ...] = ()
    for _ in itertools.count() if pages is None else range(pages):
        async with database.read() as reader:
            rows = await reader.fetch(following if after else first, *arguments, size, *after)
        if not rows:
            return
        for attempt in range(_TRIES):
            try:
                await work(rows)
                break
            except TRANSIENT_ERRORS:
                if attempt == _TRIES - 1:
                    raise
        after = tuple(rows[-1][name] for name in key)


async def _reseal_objects(
    column: Column, whose: ObjectAs, database: Database, bucket: Bucket, progress: Progress, outcome: Outcome
) -> None:
    # Rows about to be removed are left out: their objects would come back to life.
    living = f"{column.name} IS NOT NULL" + (f" AND {whose.unless} IS NULL" if whose.unless else "")
    subject = whose.subject or "NULL"
    # allow built-sql: names of the committed register
    select = f"SELECT {column.name} AS value, {subject} AS subject FROM {column.table} WHERE {living}"
    # allow built-sql: names of the committed register
    named = f"SELECT EXISTS (SELECT FROM {column.table} WHERE {column.name} = $1)"
    done = seen = erased = 0

    async def rewrite(rows: Sequence[Row]) -> None:
        nonlocal done, seen, erased
        for row in rows:
            seen += 1
            try:
                done += await bucket.reseal(row["value"], whose.data_class, row["subject"])
            except SubjectErased:
                # The row goes with its object when the person is forgotten again.
                erased += 1
            async with database.read() as reader:
                if not await reader.fetchval(named, row["value"]):
                    # Removed between reading and writing, and now alive again.
                    await bucket.delete(row["value"])
        progress(f"objects of {column}", done, seen)

    await walk(
        database,
        f"{select} ORDER BY {column.name} LIMIT $1",
        f"{select} AND {column.name} > $2 ORDER BY {column.name} LIMIT $1",
        ("value",),
        rewrite,
        size=_OBJECTS,
    )
    outcome.done[f"objects of {column}"] = done
    if erased:
        outcome.erased[f"objects of {column}"] = erased


async def _again(keyring: Keyring, how: SealedAs, row: Row) -> bytes | str:
    place = place_of(how, row)
    envelope = base64.b64decode(row["value"]) if how.text else row["value"]
    value = await open_sealed(keyring, how.data_class, place, envelope)
    subject = row[how.subject] if how.subject else subject_of(envelope)
    if subject is None:
        sealed = seal(keyring, how.data_class, place, value)
    else:
        sealed = await seal_for(keyring, subject, how.data_class, place, value)
    return base64.b64encode(sealed).decode() if how.text else sealed


def place_of(how: SealedAs, row: Row) -> str:
    """What the value of a row is bound to; bytes stand in it as hex digits."""
    values = {name: row[name] for name in how.place_columns}
    return how.place.format(**{name: v.hex() if isinstance(v, bytes) else v for name, v in values.items()})


def key_mark(key_id: str) -> bytes:
    """The bytes 3 and following of every envelope sealed with this key."""
    return bytes((len(key_id),)) + key_id.encode()


def envelope_of(column: Column, how: SealedAs) -> str:
    """The envelope as a bytea expression."""
    return f"decode({column.name}, 'base64')" if how.text else column.name


# The statements below are put together from names of the committed register, which are no parameters; a test prepares
# every one of them.


def _where(column: Column, how: SealedAs) -> str:
    # An empty text is a value that was forgotten. Version 1 is a value sealed for nobody in particular.
    envelope = envelope_of(column, how)
    older = f" OR substring({envelope} FROM 1 FOR 1) = '\\x01'::bytea" if how.subject else ""
    return f"octet_length({column.name}) > 0 AND (substring({envelope} FROM 3 FOR $2::int) <> $1::bytea{older})"


def _count(column: Column, how: SealedAs) -> str:
    # allow built-sql: names of the committed register
    return f"SELECT count(*) FROM {column.table} WHERE {_where(column, how)}"


def page_statement(column: Column, how: SealedAs, *, first: bool) -> str:
    """The statement that reads a page of rows in key order."""
    names = ", ".join(dict.fromkeys((*column.key, *how.place_columns, *([how.subject] if how.subject else []))))
    key = ", ".join(column.key)
    after = "" if first else f" AND ({key}) > ({', '.join(f'${n + 4}' for n in range(len(column.key)))})"
    return (
        # allow built-sql: names of the committed register
        f"SELECT {names}, {column.name} AS value FROM {column.table} "
        f"WHERE {_where(column, how)}{after} ORDER BY {key} LIMIT $3"
    )


def swap(column: Column) -> str:
    """The statement that puts $1 in the place of $2, unless somebody else changed it meanwhile."""
    key = " AND ".join(f"{name} = ${n + 3}" for n, name in enumerate(column.key))
    # allow built-sql: names of the committed register
    return f"UPDATE {column.table} SET {column.name} = $1 WHERE {column.name} IS NOT DISTINCT FROM $2 AND {key}"
