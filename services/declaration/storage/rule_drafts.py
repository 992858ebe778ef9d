"""Rows of `rule_draft` and `rule_draft_row`: the rules of a year while the zone edits them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.eligibility import RuleRow
from services.declaration.storage.catalogues import rule_columns, rule_row
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Row, Transaction

State = Literal["open", "published", "discarded"]

_INSERT: Final = """
INSERT INTO rule_draft (id, cycle_id, base_version, state, version, created_by, created_at, updated_at)
VALUES ($1, $2, $3, 'open', 1, $4, $5, $5)
ON CONFLICT (cycle_id) WHERE state = 'open' DO NOTHING
"""
_COPY: Final = """
INSERT INTO rule_draft_row (draft_id, id, effect, applies, condition, pointer, message_zh, message_en, cure_zh, cure_en,
                            source, enabled)
SELECT $1, id, effect, applies, condition, pointer, message_zh, message_en, cure_zh, cure_en, source, enabled
FROM eligibility_rule WHERE catalogue_version = $2
"""
_SELECT: Final = """
SELECT id, cycle_id, base_version, state, version, created_at, updated_at FROM rule_draft WHERE id = $1
"""
_LOCK: Final = """
SELECT id, cycle_id, base_version, state, version, created_at, updated_at FROM rule_draft WHERE id = $1 FOR UPDATE
"""
_SELECT_ROWS: Final = """
SELECT id, effect, applies::text AS applies, condition::text AS condition, pointer, message_zh, message_en, cure_zh,
       cure_en, source, enabled
FROM rule_draft_row WHERE draft_id = $1 ORDER BY id
"""
_UPSERT_ROW: Final = """
INSERT INTO rule_draft_row (draft_id, id, effect, applies, condition, pointer, message_zh, message_en, cure_zh, cure_en,
                            source, enabled)
VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (draft_id, id) DO UPDATE
SET effect = excluded.effect, applies = excluded.applies, condition = excluded.condition, pointer = excluded.pointer,
    message_zh = excluded.message_zh, message_en = excluded.message_en, cure_zh = excluded.cure_zh,
    cure_en = excluded.cure_en, source = excluded.source, enabled = excluded.enabled
"""
_UPDATE: Final = """
UPDATE rule_draft SET state = $2, version = version + 1, updated_at = $3 WHERE id = $1
RETURNING id, cycle_id, base_version, state, version, created_at, updated_at
"""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A draft without its rows."""

    id: UUID
    cycle_id: UUID
    base_version: int
    state: State
    version: int
    created_at: datetime
    updated_at: datetime


async def insert(
    tx: Transaction, draft_id: UUID, cycle_id: UUID, base_version: int, created_by: UUID, at: datetime
) -> bool:
    """A draft with the rules of a version; False when the cycle has an open one already."""
    if not await tx.execute(_INSERT, draft_id, cycle_id, base_version, created_by, at):
        return False
    await tx.execute(_COPY, draft_id, base_version)
    return True


async def select(reader: Reader, draft_id: UUID) -> RuleDraft:
    """Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT, draft_id))


async def select_rows(reader: Reader, draft_id: UUID) -> list[RuleRow]:
    """All rows, those switched off included, in order of id."""
    return [rule_row(row) for row in await reader.fetch(_SELECT_ROWS, draft_id)]


async def lock(tx: Transaction, draft_id: UUID, expected_version: int) -> RuleDraft:
    """Raises NotFound, StaleVersion."""
    draft = _found(await tx.fetchrow(_LOCK, draft_id))
    if draft.version != expected_version:
        raise StaleVersion(current=draft.version, state=draft.state)
    return draft


async def upsert_row(tx: Transaction, draft_id: UUID, row: RuleRow) -> None:
    """Write one rule of a locked draft."""
    await tx.execute(_UPSERT_ROW, draft_id, *rule_columns(row))


async def update(tx: Transaction, draft_id: UUID, state: State, at: datetime) -> RuleDraft:
    """Write the state of a locked draft, or that a row of it changed; the draft with its new version."""
    return _found(await tx.fetchrow(_UPDATE, draft_id, state, at))


def _found(row: Row | None) -> RuleDraft:
    if row is None:
        raise NotFound
    return RuleDraft(**row)
