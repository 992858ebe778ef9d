"""What use cases and storage modules receive: a Reader, or a Transaction that also collects the events, audit
entries and idempotency answer which are written in one statement just before COMMIT."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    answer: PendingAnswer | None = None


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

    async def flush(self) -> None:
        """Write the collected events, audit entries and answer in one round trip. Called once, before COMMIT."""
        work, self.work = self.work, Work()
        if not (work.events or work.audits or work.answer):
            return
        audits, events, answer = work.audits, work.events, work.answer
        await self._connection.fetchval(
            _FLUSH_WITH_ANSWER if answer else _FLUSH,
            [a.entry for a in audits],
            [a.subject_id for a in audits],
            [a.action for a in audits],
            [e.event_id for e in events],
            [e.type for e in events],
            [e.aggregate_id for e in events],
            [e.aggregate_version for e in events],
            [e.body for e in events],
            self.correlation_id,
            self.trace_parent,
            *((answer.actor_id, answer.key, answer.request_digest, answer.status, answer.body) if answer else ()),
        )


_FLUSH = """
WITH event AS (
    INSERT INTO outbox (event_id, type, aggregate_id, aggregate_version, body, correlation_id, trace_parent)
    SELECT e.event_id, e.type, e.aggregate_id, e.aggregate_version, e.body, $9::text, $10::text
    FROM unnest($4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::bytea[])
        AS e (event_id, type, aggregate_id, aggregate_version, body)
)
SELECT CASE WHEN cardinality($1::text[]) > 0 THEN audit_append($1, $2::uuid[], $3::text[]) ELSE 0 END
"""

_FLUSH_WITH_ANSWER = """
WITH event AS (
    INSERT INTO outbox (event_id, type, aggregate_id, aggregate_version, body, correlation_id, trace_parent)
    SELECT e.event_id, e.type, e.aggregate_id, e.aggregate_version, e.body, $9::text, $10::text
    FROM unnest($4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::bytea[])
        AS e (event_id, type, aggregate_id, aggregate_version, body)
), answer AS (
    INSERT INTO idempotency_key (actor_id, key, request_digest, status, body) VALUES ($11, $12, $13, $14, $15)
)
SELECT CASE WHEN cardinality($1::text[]) > 0 THEN audit_append($1, $2::uuid[], $3::text[]) ELSE 0 END
"""
