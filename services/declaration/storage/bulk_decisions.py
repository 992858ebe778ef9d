"""Tables `bulk_decision` and `bulk_decision_row`: a bulk is its maker's alone."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.declaration.domain.bulk_decision import BulkDecision, RowResult, WantedRow
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage.declarations import DATA_CLASS
from services.declaration.storage.unit_sight import IN_SIGHT
from shared.errors import FieldProblem, NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

# Counted with each look: a bulk has some hundred rows, and first approvals are rare.
_OF_TWO: Final = """
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE r.result = 'waiting') AS waiting_first,
           count(*) FILTER (WHERE r.result = 'done') AS done_first
    FROM bulk_decision_row r WHERE r.bulk_id = b.id AND r.first_of_two
) f
"""
_SELECT: Final = f"""
SELECT b.*, f.* FROM bulk_decision b {_OF_TWO} WHERE b.id = $1 AND b.created_by = $2 AND b.institution_id = $3
"""
_LOCK: Final = f"{_SELECT} FOR UPDATE OF b"
_SELECT_PAGE: Final = f"""
SELECT b.*, f.* FROM bulk_decision b {_OF_TWO}
WHERE b.created_by = $1 AND b.institution_id = $2 AND ($3::uuid IS NULL OR b.id < $3) ORDER BY b.id DESC LIMIT $4
"""
# The bulk that waited longest; locked, so that its rows are taken one after the other, whoever takes them. One whose
# maker has not been heard of yet waits, and keeps no other waiting.
_LOCK_NEXT: Final = """
SELECT b.* FROM bulk_decision b WHERE b.state IN ('received', 'running')
  AND (EXISTS (SELECT FROM known_staff k WHERE k.staff_id = b.created_by)
       OR b.created_at < $1::timestamptz - interval '1 hour')
ORDER BY b.moved_at, b.id LIMIT 1 FOR UPDATE OF b SKIP LOCKED
"""
_INSERT: Final = """
INSERT INTO bulk_decision (id, version, state, source, institution_id, created_by, maker_person_id, unread, wrong,
                           waiting, done, refused, created_at, moved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_INSERT_ROWS: Final = """
INSERT INTO bulk_decision_row (bulk_id, line, declaration_id, number, expected_version, decision, reasons, result,
                               problems)
SELECT $1, r.line, r.declaration_id, r.number, r.version, r.decision, r.reasons, r.result, r.problems::jsonb
FROM unnest($2::integer[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::bytea[], $8::text[], $9::text[])
     AS r (line, declaration_id, number, version, decision, reasons, result, problems)
"""
_SELECT_ROWS: Final = """
SELECT line, declaration_id, number, expected_version, decision, reasons, result, problems::text AS problems,
       first_of_two
FROM bulk_decision_row WHERE bulk_id = $1 AND line > $2 AND ($3::text IS NULL OR result = $3) ORDER BY line LIMIT $4
"""
_UPDATE_ROW: Final = """
UPDATE bulk_decision_row SET result = $4, problems = $5::text::jsonb, first_of_two = $6
WHERE bulk_id = $1 AND line = $2 AND result = $3
"""
_UPDATE_PROGRESS: Final = """
UPDATE bulk_decision b
SET unread = n.unread, wrong = n.wrong, waiting = n.waiting, done = n.done, refused = n.refused, moved_at = $2,
    state = CASE WHEN b.state = 'received' AND n.unread = 0 THEN 'checked'
                 WHEN b.state = 'running' AND n.waiting = 0 THEN 'done' ELSE b.state END,
    version = b.version + CASE WHEN b.state = 'received' AND n.unread = 0 OR b.state = 'running' AND n.waiting = 0
                               THEN 1 ELSE 0 END
FROM (SELECT count(*) FILTER (WHERE result = 'unread') AS unread, count(*) FILTER (WHERE result = 'wrong') AS wrong,
             count(*) FILTER (WHERE result = 'waiting') AS waiting, count(*) FILTER (WHERE result = 'done') AS done,
             count(*) FILTER (WHERE result = 'refused') AS refused
      FROM bulk_decision_row WHERE bulk_id = $1) n
WHERE b.id = $1
"""
_UPDATE_STARTED: Final = f"""
WITH b AS (
    UPDATE bulk_decision SET state = 'running', version = version + 1, moved_at = $2 WHERE id = $1 RETURNING *
)
SELECT b.*, f.* FROM b {_OF_TWO}
"""
_SELECT_NUMBERED: Final = f"""
SELECT d.id, d.number, d.version FROM declaration d
WHERE {IN_SIGHT} AND (d.id = ANY ($2::uuid[]) OR d.number = ANY ($3::text[]))
"""


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A row as it is kept. `first_of_two`: it is, or would be, an approval that a second reviewer has to confirm."""

    wanted: WantedRow
    result: RowResult
    problems: tuple[FieldProblem, ...]
    first_of_two: bool


async def select(reader: Reader, bulk_id: UUID, created_by: UUID, institution_id: UUID) -> BulkDecision:
    """One's own bulk. Raises NotFound, also for those of others."""
    return _found(await reader.fetchrow(_SELECT, bulk_id, created_by, institution_id))


async def lock(tx: Transaction, bulk_id: UUID, created_by: UUID, institution_id: UUID) -> BulkDecision:
    """The same, locked until commit. Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK, bulk_id, created_by, institution_id))


async def select_page(
    reader: Reader, created_by: UUID, institution_id: UUID, before: UUID | None, limit: int
) -> list[BulkDecision]:
    """One's own, newest first."""
    return [_found(row) for row in await reader.fetch(_SELECT_PAGE, created_by, institution_id, before, limit)]


async def lock_next(tx: Transaction, now: datetime) -> BulkDecision | None:
    """The bulk whose turn it is, locked until commit."""
    row = await tx.fetchrow(_LOCK_NEXT, now)
    return None if row is None else _found(row)


async def insert(tx: Transaction, keyring: Keyring, bulk: BulkDecision, rows: Sequence[WantedRow]) -> None:
    """A bulk with its rows."""
    counted = ("waiting_first", "done_first")
    await tx.execute(_INSERT, *(value for name, value in asdict(bulk).items() if name not in counted))
    columns = (
        [row.line for row in rows],
        [row.declaration_id for row in rows],
        [row.number for row in rows],
        [row.expected_version for row in rows],
        [row.decision for row in rows],
        [_sealed(keyring, bulk.id, row) for row in rows],
        [row.result for row in rows],
        [_as_json(row.problems) for row in rows],
    )
    await tx.execute(_INSERT_ROWS, bulk.id, *columns)


async def select_rows(
    reader: Reader, keyring: Keyring, bulk_id: UUID, after: int, result: str | None, limit: int
) -> list[BulkRow]:
    """In order; whose bulk it is was asked before. Raises SealBroken."""
    return [_row(keyring, bulk_id, row) for row in await reader.fetch(_SELECT_ROWS, bulk_id, after, result, limit)]


async def update_row(
    tx: Transaction,
    bulk_id: UUID,
    row: BulkRow,
    result: RowResult,
    told: Sequence[FieldProblem],
    *,
    first_of_two: bool,
) -> None:
    """What became of a row of the locked bulk."""
    await tx.execute(_UPDATE_ROW, bulk_id, row.wanted.line, row.result, result, _as_json(told), first_of_two)


async def update_progress(tx: Transaction, bulk_id: UUID, now: datetime) -> None:
    """Count anew; checked when every row was tried, done when none waits."""
    await tx.execute(_UPDATE_PROGRESS, bulk_id, now)


async def update_started(tx: Transaction, bulk_id: UUID, now: datetime) -> BulkDecision:
    """A locked bulk runs."""
    return _found(await tx.fetchrow(_UPDATE_STARTED, bulk_id, now))


async def select_numbered(
    reader: Reader, institution_id: UUID, ids: Sequence[UUID], numbers: Sequence[str]
) -> list[tuple[UUID, str, int]]:
    """(id, number, version) of declarations handed in to a unit, by id or number."""
    rows = await reader.fetch(_SELECT_NUMBERED, institution_id, list(ids), list(numbers))
    return [(row["id"], row["number"], row["version"]) for row in rows]


def _found(row: Row | None) -> BulkDecision:
    if row is None:
        raise NotFound
    return BulkDecision(**dict(row))


def _row(keyring: Keyring, bulk_id: UUID, row: Row) -> BulkRow:
    problems = tuple(FieldProblem(*told) for told in json.loads(row["problems"]))
    reasons: tuple[GivenReason, ...] = ()
    if row["reasons"] is not None:
        opened: list[dict[str, Any]] = json.loads(
            unseal_text(keyring, DATA_CLASS, _place(bulk_id, row["line"]), row["reasons"])
        )
        reasons = tuple(GivenReason(**one | {"document_id": _id(one["document_id"])}) for one in opened)
    values = (row["line"], row["declaration_id"], row["number"], row["expected_version"], row["decision"])
    return BulkRow(WantedRow(*values, reasons), row["result"], problems, row["first_of_two"])


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _sealed(keyring: Keyring, bulk_id: UUID, row: WantedRow) -> bytes | None:
    if not row.reasons:
        return None
    text = json.dumps([asdict(one) for one in row.reasons], default=str, ensure_ascii=False)
    return seal_text(keyring, DATA_CLASS, _place(bulk_id, row.line), text)


def _place(bulk_id: UUID, line: int) -> str:
    return f"bulk_decision_row.reasons:{bulk_id}/{line}"


def _as_json(problems: Sequence[FieldProblem]) -> str:
    return json.dumps([list(asdict(one).values()) for one in problems], ensure_ascii=False)
