"""What the national network asks: one look-up on the primary by blind index, and the log of calls (4.10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

# Through every document the person was ever verified with. A person without a declaration in that year gives no row.
_SELECT: Final = """
SELECT p.person_id, p.identity, d.id AS declaration_id, d.state, d.content, d.submission, d.exam_level,
    d.exam_category_code, d.institution_name, coalesce(i.registration_no, i.credit_code) AS institution_code,
    s.code AS exam_site_code, coalesce(e.months_counted, d.probation_months) AS months_counted, e.certificate_no,
    e.state AS evaluation_state, greatest(d.updated_at, e.updated_at) AS updated_at,
    d.version + coalesce(e.version, 0) AS record_version
FROM known_person_document k
JOIN known_person p ON p.person_id = k.person_id
JOIN declaration d ON d.person_id = k.person_id AND d.cycle_year = $3
LEFT JOIN evaluation e ON e.declaration_id = d.id AND e.submission = d.submission AND e.state <> 'voided'
LEFT JOIN known_institution i ON i.institution_id = d.institution_id
LEFT JOIN LATERAL (
    SELECT b.code FROM known_exam_body b WHERE b.exam_body_id = ANY(i.filing_body_path)
    ORDER BY CASE b.level WHEN 'site' THEN 0 WHEN 'point' THEN 1 ELSE 2 END LIMIT 1
) s ON true
WHERE k.document_index = $1 AND k.document_type = $2
ORDER BY d.updated_at DESC LIMIT 1
"""
_INSERT_CALL: Final = """
INSERT INTO status_call (id, client_id, asked_at, exam_year, with_name, outcome, declaration_id, record_version,
    request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_SELECT_MISSES: Final = "SELECT arrival FROM rate_limit WHERE name = 'status_misses' AND subject = $1"
# Counts every miss, the refused ones included, but never further ahead than two full allowances.
_COUNT_MISS: Final = """
INSERT INTO rate_limit AS r (name, subject, arrival) VALUES ('status_misses', $1, $2::timestamptz + $3::interval)
ON CONFLICT (name, subject) DO UPDATE
SET arrival = least(greatest(r.arrival, $2::timestamptz) + $3::interval, $2::timestamptz + 2 * $4::interval)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A declaration of that person and year; `identity` and `content` are sealed."""

    person_id: UUID
    identity: bytes
    declaration_id: UUID
    state: str
    content: bytes | None
    submission: int
    exam_level: str
    exam_category_code: str
    institution_name: str
    institution_code: str | None
    exam_site_code: str | None
    months_counted: int | None
    certificate_no: str | None
    evaluation_state: str | None
    updated_at: datetime
    record_version: int


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One line of the call log: ids and outcome only."""

    id: UUID
    client_id: UUID
    asked_at: datetime
    exam_year: int
    with_name: bool
    outcome: str
    declaration_id: UUID | None
    record_version: int | None


async def select_declaration(reader: Reader, document_index: bytes, document_type: str, exam_year: int) -> Found | None:
    """The declaration of whoever holds or held that document, in that exam year."""
    row = await reader.fetchrow(_SELECT, document_index, document_type, exam_year)
    return None if row is None else Found(**dict(row))


async def insert_call(tx: Transaction, call: CallEntry) -> None:
    """Log a call."""
    await tx.execute(
        _INSERT_CALL,
        call.id,
        call.client_id,
        call.asked_at,
        call.exam_year,
        call.with_name,
        call.outcome,
        call.declaration_id,
        call.record_version,
        tx.correlation_id,
    )


async def select_misses_ahead(reader: Reader, client: bytes, now: datetime) -> timedelta:
    """How far this client's misses have run ahead of the clock; zero when they have not."""
    arrival: datetime | None = await reader.fetchval(_SELECT_MISSES, client)
    return max(arrival - now, timedelta()) if arrival else timedelta()


async def insert_miss(tx: Transaction, client: bytes, now: datetime, step: timedelta, allowance: timedelta) -> None:
    """Count one answer `none`: it moves the client's arrival by `step`."""
    await tx.execute(_COUNT_MISS, client, now, step, allowance)
