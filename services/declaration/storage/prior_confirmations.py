"""Rows of `prior_confirmation`: what the current unit says about each earlier row (4.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.review_errors import PriorRowUnknown
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT period_id, state, decided_at, reason_code FROM prior_confirmation WHERE declaration_id = $1
"""
_COUNT_UNCONFIRMED: Final = """
SELECT count(*) FROM prior_confirmation
WHERE declaration_id = $1 AND state NOT IN ('confirmed_by_current', 'confirmed_by_prior')
"""
_DELETE_GONE: Final = """
DELETE FROM prior_confirmation WHERE declaration_id = $1 AND period_id <> ALL ($2::uuid[])
"""
_UPSERT: Final = """
INSERT INTO prior_confirmation AS prior (declaration_id, period_id, fingerprint, state)
SELECT $1, p.period_id, p.fingerprint,
       CASE WHEN EXISTS (SELECT FROM declaration_document k WHERE k.declaration_id = $1 AND k.period_id = p.period_id
                         AND k.kind = 'prior_certificate' AND k.deleted_at IS NULL)
            THEN 'pending' ELSE 'evidence_required' END
FROM unnest($2::uuid[], $3::bytea[]) AS p (period_id, fingerprint)
ON CONFLICT (declaration_id, period_id) DO UPDATE
SET fingerprint = excluded.fingerprint, state = excluded.state, decided_by = NULL, decided_at = NULL, reason_code = NULL
WHERE prior.fingerprint <> excluded.fingerprint
"""
_UPDATE: Final = """
UPDATE prior_confirmation SET state = $3, decided_by = $4, decided_at = $5, reason_code = $6
WHERE declaration_id = $1 AND period_id = $2
"""


@dataclass(frozen=True, slots=True)
class PriorConfirmation:
    """State of one earlier row."""

    period_id: UUID
    state: str
    decided_at: datetime | None
    reason_code: str | None


async def select(reader: Reader, declaration_id: UUID) -> dict[UUID, PriorConfirmation]:
    """By row."""
    rows = await reader.fetch(_SELECT, declaration_id)
    return {row["period_id"]: PriorConfirmation(**row) for row in rows}


async def count_unconfirmed(tx: Transaction, declaration_id: UUID) -> int:
    """How many rows stand between a declaration and its approval (A32)."""
    number: int = await tx.fetchval(_COUNT_UNCONFIRMED, declaration_id)
    return number


async def replace(tx: Transaction, declaration_id: UUID, fingerprints: Mapping[UUID, bytes]) -> None:
    """The earlier rows as saved now: new and changed ones are pending, the others keep what was said (4.5)."""
    await tx.execute(_DELETE_GONE, declaration_id, list(fingerprints))
    if fingerprints:
        await tx.execute(_UPSERT, declaration_id, list(fingerprints), list(fingerprints.values()))


async def update(
    tx: Transaction,
    declaration_id: UUID,
    period_id: UUID,
    state: str,
    decided_by: UUID,
    at: datetime,
    reason_code: str | None,
) -> None:
    """Raises PriorRowUnknown."""
    if not await tx.execute(_UPDATE, declaration_id, period_id, state, decided_by, at, reason_code):
        raise PriorRowUnknown
