"""Compute blind indexes anew from the sealed values beside them, while everything runs: look-ups try every key of the
ring, and a value is given away under a lock, so that nothing is missed and nothing is given away twice meanwhile."""

import base64
import json
from collections.abc import Sequence

from shared.postgres.database import Database
from shared.postgres.transaction import Row
from shared.privacy.registry import Column, IndexedAs, Register, SealedAs
from shared.privacy.resealing import Outcome, Progress, place_of, swap, walk
from shared.security.blind_index import blind_index, exact
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken, unseal_text


async def reindex(
    register: Register,
    database: Database,
    keyring: Keyring,
    data_class: str | None,
    progress: Progress,
    *,
    only_count: bool = False,
) -> Outcome:
    """Every index of the class, or of all classes, comes under the active key; with `only_count` they are counted."""
    outcome = Outcome()
    for column, how in register.indexed(data_class):
        if how.of is not None:
            sealed = register.table[column.table].personal[how.of].sealed
            if sealed is None:
                raise ValueError(f"{column} is said to be computed from {how.of}, which is not sealed")
            await _reindex_column(column, how, sealed, database, keyring, progress, outcome, only_count)
    return outcome


async def _reindex_column(
    column: Column,
    how: IndexedAs,
    sealed: SealedAs,
    database: Database,
    keyring: Keyring,
    progress: Progress,
    outcome: Outcome,
    only_count: bool,
) -> None:
    done = seen = broken = 0

    async def rewrite(rows: Sequence[Row]) -> None:
        nonlocal done, seen, broken
        fresh = []
        for row in rows:
            try:
                index = bytes(blind_index(keyring, how.data_class, how.field, _value(keyring, how, sealed, row)))
            except (SealBroken, KeyMissing):
                broken += 1
                continue
            if index != row["value"]:
                fresh.append((index, row["value"], *(row[name] for name in column.key)))
        if fresh and not only_count:
            async with database.transaction() as tx:
                await tx.executemany(swap(column), fresh)
        done, seen = done + len(fresh), seen + len(rows)
        progress(str(column), done, seen)

    first, following = page_statement(column, how, sealed, first=True), page_statement(column, how, sealed, first=False)
    await walk(database, first, following, column.key, rewrite)
    outcome.done[str(column)] = done
    if broken:
        outcome.broken[str(column)] = broken


def _value(keyring: Keyring, how: IndexedAs, sealed: SealedAs, row: Row) -> str:
    envelope = base64.b64decode(row["sealed"]) if sealed.text else row["sealed"]
    text = unseal_text(keyring, sealed.data_class, place_of(sealed, row), envelope)
    if how.member:
        text = str(json.loads(text)[how.member])
    elif how.value:
        members = json.loads(text) if text.startswith("{") else {}
        text = how.value.format_map(members | {name: row[name] for name in how.columns} | {"text": text})
    return exact(text) if how.exact else text


def page_statement(column: Column, how: IndexedAs, sealed: SealedAs, *, first: bool) -> str:
    """The statement that reads a page of rows in key order."""
    names = ", ".join(dict.fromkeys((*column.key, *sealed.place_columns, *how.columns)))
    key = ", ".join(column.key)
    after = "" if first else f" AND ({key}) > ({', '.join(f'${n + 2}' for n in range(len(column.key)))})"
    return (
        # allow built-sql: names of the committed register
        f"SELECT {names}, {column.name} AS value, {how.of} AS sealed FROM {column.table} "
        f"WHERE {how.of} IS NOT NULL AND {column.name} IS NOT NULL{after} ORDER BY {key} LIMIT $1"
    )
