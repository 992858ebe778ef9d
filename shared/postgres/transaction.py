"""What use cases and storage modules receive: a Reader, or a Transaction that also collects the events, audit
entries and idempotency answer which are written in one statement just before COMMIT."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from uuid import UUID

Row = Any
"""A record: indexable by column name. asyncpg gives no types for rows; storage modules turn them into dataclasses."""


class Connection(Protocol):
    """The part of an asyncpg connection that is used here."""

    async def fetch(self, query: str, *args: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *args: object) -> Row | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    async def execute(self, query: str, *args: object) -> str: ...
    async def executemany(self, command: str, args: Sequence[Sequence[object]]) -> None: ...


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An outbox row that waits for COMMIT."""

    event_id: UUID
    type: str
    aggregate_id: UUID
    aggregate_version: int
    body: bytes
    correlation_id: str
    trace_parent: str | None


@dataclass(frozen=True, slots=True)
class PendingAudit:
    """An audit entry that waits for COMMIT; `entry` is canonical JSON."""

    subject_id: UUID
    action: str
    entry: str


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """The answer stored under an idempotency key, so that a retry gets the same one (V72)."""

    actor_id: UUID
    key: str
    request_digest: bytes
    status: int
    body: bytes


class Reader:
    """Reads on one connection, outside or inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch(self, query: str, *args: object) -> list[Row]:
        """All rows."""
        return await self._connection.fetch(query, *args)

    async def fetchrow(self, query: str, *args: object) -> Row | None:
        """The first row, or None."""
        return await self._connection.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(query, *args)


@dataclass(slots=True)
class Work:
    """What COMMIT will write besides the state itself."""

    events: list[PendingEvent] = field(default_factory=list)
    audits: list[PendingAudit] = field(default_factory=list)
    answers: list[PendingAnswer] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.events or self.audits or self.answers)

    @classmethod
    def together(cls, works: Sequence["Work"]) -> "Work":
        """The works of commands that commit at once."""
        return cls(
            [event for work in works for event in work.events],
            [entry for work in works for entry in work.audits],
            [answer for work in works for answer in work.answers],
        )

    def arguments(self) -> tuple[object, ...]:
        """The arguments of flush_statement, in order."""
        audits, events, answers = self.audits, self.events, self.answers
        columns = (
            [a.entry for a in audits],
            [a.subject_id for a in audits],
            [a.action for a in audits],
            [e.event_id for e in events],
            [e.type for e in events],
            [e.aggregate_id for e in events],
            [e.aggregate_version for e in events],
            [e.body for e in events],
            [e.correlation_id for e in events],
            [e.trace_parent for e in events],
        )
        return columns if not answers else (*columns, *_answer_columns(answers))


class Transaction(Reader):
    """An open transaction. Nothing is published, audited or remembered unless it commits."""

    def __init__(self, connection: Connection, correlation_id: str, trace_parent: str | None) -> None:
        super().__init__(connection)
        self.correlation_id = correlation_id
        self.trace_parent = trace_parent
        self.work = Work()

    async def execute(self, query: str, *args: object) -> int:
        """Run a statement; the number of rows it touched (0 where the command reports none)."""
        tag = await self._connection.execute(query, *args)
        last = tag.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    async def executemany(self, query: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once per row of arguments, pipelined."""
        await self._connection.executemany(query, rows)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail by itself: when the block raises, what it wrote and collected is undone, and the rest of
        the transaction goes on. Not nested; PostgreSQL is at ease with some 60 in one transaction."""
        events, audits = len(self.work.events), len(self.work.audits)
        await self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            del self.work.events[events:], self.work.audits[audits:]
            await self._connection.execute("ROLLBACK TO SAVEPOINT attempt")
            raise
        await self._connection.execute("RELEASE SAVEPOINT attempt")

    async def flush(self) -> None:
        """Write the collected events, audit entries and answer in one round trip. Called once, before COMMIT."""
        work, self.work = self.work, Work()
        if work:
            statement = flush_statement(1, with_answers=bool(work.answers))
            await self._connection.fetchval(statement, *work.arguments())


def _answer_columns(answers: Sequence[PendingAnswer]) -> tuple[object, ...]:
    return (
        [a.actor_id for a in answers],
        [a.key for a in answers],
        [a.request_digest for a in answers],
        [a.status for a in answers],
        [a.body for a in answers],
    )


_EVENTS = """
event AS (
    INSERT INTO outbox (event_id, type, aggregate_id, aggregate_version, body, correlation_id, trace_parent)
    SELECT e.*
    FROM unnest(${3}::uuid[], ${4}::text[], ${5}::uuid[], ${6}::bigint[], ${7}::bytea[], ${8}::text[], ${9}::text[])
        AS e (event_id, type, aggregate_id, aggregate_version, body, correlation_id, trace_parent)
)"""
_ANSWERS = """, answer AS (
    INSERT INTO idempotency_key (actor_id, key, request_digest, status, body)
    SELECT a.* FROM unnest(${10}::uuid[], ${11}::text[], ${12}::bytea[], ${13}::smallint[], ${14}::bytea[])
        AS a (actor_id, key, request_digest, status, body)
)"""
_AUDITED = """
CASE WHEN cardinality(${0}::text[]) > 0 THEN audit_append(${0}, ${1}::uuid[], ${2}::text[]) ELSE 0 END AS audited"""


@cache
def flush_statement(first: int, *, with_answers: bool, before: str = "", guard: str = "") -> str:
    """The one statement that writes a Work. Its parameters are numbered from `first`; `before` are further parts of the
    WITH clause that are written along, and `guard` a condition without which nothing is written."""
    numbers = [str(number) for number in range(first, first + 15)]
    # allow built-sql: what is filled in are parameter numbers and constants of storage modules
    own = (_EVENTS + (_ANSWERS if with_answers else "") + "\nSELECT" + _AUDITED).format(*numbers)
    # The guard is part of the answer: an expression that nobody asks for is not evaluated.
    guarded = f", CASE WHEN {guard} THEN 1 ELSE refuse_overtaken() END AS guarded" if guard else ""
    return "WITH" + (f"{before}," if before else "") + own + guarded
