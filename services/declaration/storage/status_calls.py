"""Rows of `status_call`: who asked about whom and when, ids and outcomes only (4.10, V28); and the pace of the clients,
which is written by the same statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction
from shared.postgres.window import Window

Kind = Literal["query", "comparison", "list", "changes"]
Allowance = Literal["status_calls", "status_misses"]
Arrivals = Mapping[tuple[Allowance, UUID], datetime]
"""Up to when each allowance of each client is used."""

_SELECT_ARRIVALS: Final = """
SELECT name, subject, arrival FROM rate_limit
WHERE name IN ('status_calls', 'status_misses') AND subject = ANY ($1::bytea[])
"""
_SELECT_NONCE: Final = "SELECT EXISTS (SELECT FROM status_call WHERE client_id = $1 AND nonce = $2)"
# In the order of the keys, so that two windows never wait for each other.
_WRITTEN: Final = """
logged AS (
    INSERT INTO status_call (id, client_id, client_scope_id, asked_at, kind, exam_year, with_name, outcome,
        declaration_id, record_version, records, nonce, request_id)
    SELECT c.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::int[], $7::bool[],
            $8::text[], $9::uuid[], $10::bigint[], $11::int[], $12::uuid[], $13::text[])
        AS c (id, client_id, client_scope_id, asked_at, kind, exam_year, with_name, outcome, declaration_id,
            record_version, records, nonce, request_id)
    ORDER BY c.client_id, c.nonce
    ON CONFLICT (client_id, nonce) DO NOTHING RETURNING id
), paced AS (
    INSERT INTO rate_limit AS r (name, subject, arrival)
    SELECT p.name, p.subject, $14::timestamptz + p.step
    FROM unnest($15::text[], $16::bytea[], $17::interval[]) AS p (name, subject, step) ORDER BY p.name, p.subject
    ON CONFLICT (name, subject) DO UPDATE
    SET arrival = greatest(r.arrival, $14::timestamptz) + (excluded.arrival - $14::timestamptz)
)"""
_ALL_LOGGED: Final = "(SELECT count(*) FROM logged) = cardinality($1::uuid[])"
_WRITE: Final = f"WITH {_WRITTEN} SELECT {_ALL_LOGGED}"
# A zone reads everything; the bodies below it what concerns their people or was asked by clients of theirs.
_SELECT_PAGE: Final = """
SELECT c.id, c.client_id, c.client_scope_id, c.asked_at, c.kind, c.exam_year, c.outcome, c.declaration_id, d.number,
    p.name_masked, p.document_no_masked, c.record_version, c.records, c.nonce, c.request_id
FROM status_call c
LEFT JOIN declaration d ON d.id = c.declaration_id
LEFT JOIN known_institution i ON i.institution_id = d.institution_id
LEFT JOIN known_person p ON p.person_id = d.person_id
WHERE (EXISTS (SELECT FROM known_exam_body z WHERE z.exam_body_id = $1 AND z.level = 'zone')
    OR EXISTS (SELECT FROM known_exam_body b WHERE b.exam_body_id = c.client_scope_id AND b.path @> ARRAY[$1::uuid])
    OR i.filing_body_path @> ARRAY[$1::uuid])
  AND ($2::uuid IS NULL OR c.client_id = $2) AND ($3::text IS NULL OR c.kind = $3)
  AND ($4::text IS NULL OR c.outcome = $4) AND ($5::uuid IS NULL OR c.declaration_id = $5)
  AND ($6::timestamptz IS NULL OR c.asked_at >= $6) AND ($7::timestamptz IS NULL OR c.asked_at < $7)
  AND ($8::uuid IS NULL OR c.id < $8)
ORDER BY c.id DESC LIMIT $9
"""


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One line of the log. `nonce` is None where the call was not answered, so that it may be repeated as it was;
    `records` counts those of a list."""

    id: UUID
    client_id: UUID
    client_scope_id: UUID | None
    asked_at: datetime
    kind: Kind
    exam_year: int | None
    with_name: bool
    outcome: str
    declaration_id: UUID | None
    record_version: int | None
    records: int | None
    nonce: UUID | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Paced:
    """How far an allowance of a client is to be moved, from `now` at the earliest."""

    name: Allowance
    client_id: UUID
    step: timedelta


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A line as auditors read it, the person masked."""

    id: UUID
    client_id: UUID
    client_scope_id: UUID | None
    asked_at: datetime
    kind: Kind
    exam_year: int | None
    outcome: str
    declaration_id: UUID | None
    number: str | None
    name_masked: str | None
    document_no_masked: str | None
    record_version: int | None
    records: int | None
    nonce: UUID | None
    request_id: str


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which lines; None takes all."""

    client_id: UUID | None
    kind: Kind | None
    outcome: str | None
    declaration_id: UUID | None
    since: datetime | None
    until: datetime | None


_ENTRY: Final = tuple(one.name for one in fields(CallEntry))


async def select_arrivals(reader: Reader, clients: Collection[UUID]) -> Arrivals:
    """Of these clients; what is not there was never used."""
    rows = await reader.fetch(_SELECT_ARRIVALS, [one.bytes for one in clients])
    return {(row["name"], UUID(bytes=row["subject"])): row["arrival"] for row in rows}


async def select_nonce_used(reader: Reader, client_id: UUID, nonce: UUID) -> bool:
    """Whether a call of this client with this nonce was answered."""
    used: bool = await reader.fetchval(_SELECT_NONCE, client_id, nonce)
    return used


def insert_window(window: Window, calls: Sequence[CallEntry], paced: Sequence[Paced], now: datetime) -> None:
    """Log the calls of a window, which is overtaken when one of their nonces was used meanwhile."""
    window.write(_WRITTEN, _ALL_LOGGED, *_arguments(calls, paced, now))


async def insert(tx: Transaction, call: CallEntry, paced: Sequence[Paced], now: datetime) -> bool:
    """Log one call; False when its nonce was used meanwhile."""
    logged: bool = await tx.fetchval(_WRITE, *_arguments([call], paced, now))
    return logged


async def select_page(
    reader: Reader, scope_id: UUID | None, wanted: CallFilter, before: UUID | None, limit: int
) -> list[LoggedCall]:
    """Calls in the jurisdiction of an exam body, newest first."""
    rows = await reader.fetch(
        _SELECT_PAGE,
        scope_id,
        wanted.client_id,
        wanted.kind,
        wanted.outcome,
        wanted.declaration_id,
        wanted.since,
        wanted.until,
        before,
        limit,
    )
    return [LoggedCall(**dict(row)) for row in rows]


def _arguments(calls: Sequence[CallEntry], paced: Sequence[Paced], now: datetime) -> tuple[object, ...]:
    columns = tuple([getattr(call, name) for call in calls] for name in _ENTRY)
    subjects = [one.client_id.bytes for one in paced]
    return (*columns, now, [one.name for one in paced], subjects, [one.step for one in paced])
