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
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_text


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
            work = _Work(register, database, keyring, column, how)
            await work.go(outcome, progress, only_count=only_count)
    return outcome


async def fill_added_indexes(register: Register, database: Database, keyring: Keyring, pages: int) -> Outcome:
    """Compute the indexes that rows from before their columns existed still lack: of each column at most `pages` pages,
    so that the work is spread over many runs. A row written meanwhile keeps what was written."""
    outcome = Outcome()
    for column, how in register.indexed():
        if how.added:
            await _Work(register, database, keyring, column, how).go(outcome, _silent, lacking=True, pages=pages)
    return outcome


def _silent(_what: str, _done: int, _of: int) -> None:
    """What runs by itself shows no progress."""


class _Work:
    """One column of indexes under way."""

    def __init__(
        self, register: Register, database: Database, keyring: Keyring, column: Column, how: IndexedAs
    ) -> None:
        sealed = register.table[column.table].personal[str(how.of)].sealed
        if sealed is None:
            raise ValueError(f"{column} is said to be computed from {how.of}, which is not sealed")
        self._database, self._keyring, self._column, self._how, self._sealed = database, keyring, column, how, sealed

    async def go(
        self,
        outcome: Outcome,
        progress: Progress,
        *,
        only_count: bool = False,
        lacking: bool = False,
        pages: int | None = None,
    ) -> None:
        """Rewrite what differs from the index under the active key, and note in `outcome` how many did."""
        done = seen = broken = 0

        async def rewrite(rows: Sequence[Row]) -> None:
            nonlocal done, seen, broken
            fresh, unreadable = await self._differing(rows)
            if fresh and not only_count:
                async with self._database.transaction() as tx:
                    await tx.executemany(swap(self._column), fresh)
            done, seen, broken = done + len(fresh), seen + len(rows), broken + unreadable
            progress(str(self._column), done, seen)

        first, following = (
            page_statement(self._column, self._how, self._sealed, first=is_first, lacking=lacking)
            for is_first in (True, False)
        )
        await walk(self._database, first, following, self._column.key, rewrite, pages=pages)
        outcome.done[str(self._column)] = done
        if broken:
            outcome.broken[str(self._column)] = broken

    async def _differing(self, rows: Sequence[Row]) -> tuple[list[tuple[object, ...]], int]:
        """(new index, old index, key) of the rows that differ, and how many did not open; an erased subject's index
        goes with its row."""
        fresh, how = [], self._how
        unreadable = 0
        for row in rows:
            try:
                value = await _value(self._keyring, how, self._sealed, row)
                index = bytes(blind_index(self._keyring, how.data_class, how.field, value))
            except SubjectErased:
                continue
            except (SealBroken, KeyMissing):
                unreadable += 1
                continue
            if index != row["value"]:
                fresh.append((index, row["value"], *(row[name] for name in self._column.key)))
        return fresh, unreadable


async def _value(keyring: Keyring, how: IndexedAs, sealed: SealedAs, row: Row) -> str:
    envelope = base64.b64decode(row["sealed"]) if sealed.text else row["sealed"]
    text = await open_text(keyring, sealed.data_class, place_of(sealed, row), envelope)
    if how.member:
        text = str(json.loads(text)[how.member])
    elif how.value:
        members = json.loads(text) if text.startswith("{") else {}
        text = how.value.format_map(members | {name: row[name] for name in how.columns} | {"text": text})
    return exact(text) if how.exact else text


def page_statement(column: Column, how: IndexedAs, sealed: SealedAs, *, first: bool, lacking: bool = False) -> str:
    """The statement that reads a page of rows in key order: those that have an index, or those that lack one."""
    names = ", ".join(dict.fromkeys((*column.key, *sealed.place_columns, *how.columns)))
    key = ", ".join(column.key)
    after = "" if first else f" AND ({key}) > ({', '.join(f'${n + 2}' for n in range(len(column.key)))})"
    wanted = "IS NULL" if lacking else "IS NOT NULL"
    return (
        # allow built-sql: names of the committed register
        f"SELECT {names}, {column.name} AS value, {how.of} AS sealed FROM {column.table} "
        f"WHERE {how.of} IS NOT NULL AND {column.name} {wanted}{after} ORDER BY {key} LIMIT $1"
    )
