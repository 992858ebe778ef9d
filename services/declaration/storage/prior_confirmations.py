"""Rows of `prior_confirmation`: what was said about each earlier row, and for which content of it (4.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.prior_row_errors import PriorRowUnknown
from services.declaration.domain.prior_rows import RowState
from services.declaration.storage.declarations import DATA_CLASS
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_SELECT: Final = """
SELECT period_id, state, decided_at, reason_code, comment, asked_institution_id, asked_at, request_ends_at,
       request_expired_at, voided_at, voided_state
FROM prior_confirmation WHERE declaration_id = $1
"""
_COUNT_UNCONFIRMED: Final = """
SELECT count(*) FROM prior_confirmation
WHERE declaration_id = $1 AND state NOT IN ('confirmed_by_current', 'confirmed_by_prior')
"""
_DELETE_GONE: Final = """
DELETE FROM prior_confirmation WHERE declaration_id = $1 AND period_id <> ALL ($2::uuid[])
"""
# What stood before is read before it is written over: the rows of `was` are those of the statement's beginning. A row
# without the image of its sealed certificate waits for it (C4). What stands was decided about the last submission, so
# by its unit: at another unit nobody is bound by that, but by the earlier unit's own word; nor is what that unit had
# asked and got no answer to a question of the other one.
_UPDATE_SAID: Final = """
WITH was AS (
    SELECT period_id, state, decided_at FROM prior_confirmation WHERE declaration_id = $1
), written AS (
    INSERT INTO prior_confirmation AS prior (declaration_id, period_id, fingerprint, state)
    SELECT $1, p.period_id, p.fingerprint,
           CASE WHEN EXISTS (SELECT FROM declaration_document k WHERE k.declaration_id = $1
                             AND k.period_id = p.period_id AND k.kind = 'prior_certificate' AND k.deleted_at IS NULL)
                THEN 'pending' ELSE 'evidence_required' END
    FROM unnest($2::uuid[], $3::bytea[]) AS p (period_id, fingerprint)
    ON CONFLICT (declaration_id, period_id) DO UPDATE
    SET fingerprint = excluded.fingerprint, state = excluded.state, decided_by = NULL, decided_at = NULL,
        reason_code = NULL, comment = NULL, asked_institution_id = NULL, asked_at = NULL,
        request_id = NULL, request_ends_at = NULL, request_expired_at = NULL,
        voided_at = CASE WHEN prior.decided_at IS NULL THEN prior.voided_at ELSE $4::timestamptz END,
        voided_state = CASE WHEN prior.decided_at IS NULL THEN prior.voided_state ELSE prior.state END
    WHERE prior.fingerprint <> excluded.fingerprint
       OR (prior.decided_at IS NOT NULL AND prior.state <> 'confirmed_by_prior'
           OR prior.decided_at IS NULL AND prior.asked_at IS NOT NULL) AND EXISTS (
            SELECT FROM declaration d
            JOIN declaration_snapshot s ON s.declaration_id = d.id AND s.submission = d.submission
            WHERE d.id = $1 AND s.institution_id <> $5::uuid)
    RETURNING period_id, state
)
SELECT was.period_id, was.state AS before, written.state AS after FROM was JOIN written USING (period_id)
WHERE was.decided_at IS NOT NULL
"""
_UPDATE: Final = """
UPDATE prior_confirmation
SET state = $3, decided_by = $4, decided_at = $5, reason_code = $6, comment = $7, voided_at = NULL, voided_state = NULL
WHERE declaration_id = $1 AND period_id = $2
"""
_UPDATE_ASKED: Final = """
UPDATE prior_confirmation
SET asked_institution_id = $3, asked_at = $4, request_id = $5, request_ends_at = $6, request_expired_at = NULL
WHERE declaration_id = $1 AND period_id = $2
"""


@dataclass(frozen=True, slots=True)
class PriorConfirmation:
    """State of one earlier row. `comment` is sealed. `voided_at`: when an edit took `voided_state` away, until somebody
    decides again."""

    period_id: UUID
    state: str
    decided_at: datetime | None
    reason_code: str | None
    comment: bytes | None
    asked_institution_id: UUID | None
    asked_at: datetime | None
    request_ends_at: datetime | None
    request_expired_at: datetime | None
    voided_at: datetime | None
    voided_state: str | None

    def is_asked(self, now: datetime) -> bool:
        """Whether an earlier unit still has time to answer."""
        return self.asked_at is not None and (self.request_ends_at is None or now < self.request_ends_at)


@dataclass(frozen=True, slots=True)
class RowDecision:
    """What somebody says about a row."""

    state: RowState
    decided_by: UUID
    at: datetime
    reason_code: str | None = None
    text: str = ""


async def select(reader: Reader, declaration_id: UUID) -> dict[UUID, PriorConfirmation]:
    """By row."""
    rows = await reader.fetch(_SELECT, declaration_id)
    return {row["period_id"]: PriorConfirmation(**dict(row)) for row in rows}


async def count_unconfirmed(tx: Transaction, declaration_id: UUID) -> int:
    """How many rows stand between a declaration and its approval (A32)."""
    number: int = await tx.fetchval(_COUNT_UNCONFIRMED, declaration_id)
    return number


async def delete_gone(tx: Transaction, declaration_id: UUID, kept: Sequence[UUID]) -> None:
    """Rows that the content no longer has."""
    await tx.execute(_DELETE_GONE, declaration_id, list(kept))


async def update_said(
    tx: Transaction, declaration_id: UUID, fingerprints: Mapping[UUID, bytes], unit_id: UUID | None, at: datetime
) -> list[tuple[UUID, str, str]]:
    """The earlier rows as they say now, at the unit of the current row; those that lost a decision, with the states
    before and after."""
    rows = await tx.fetch(_UPDATE_SAID, declaration_id, list(fingerprints), list(fingerprints.values()), at, unit_id)
    return [(row["period_id"], row["before"], row["after"]) for row in rows]


async def update(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, period_id: UUID, decision: RowDecision
) -> None:
    """Raises PriorRowUnknown."""
    place = _place(declaration_id, period_id)
    comment = seal_text(keyring, DATA_CLASS, place, decision.text) if decision.text else None
    values = (decision.state.value, decision.decided_by, decision.at, decision.reason_code, comment)
    if not await tx.execute(_UPDATE, declaration_id, period_id, *values):
        raise PriorRowUnknown


async def update_asked(
    tx: Transaction, declaration_id: UUID, period_id: UUID, institution_id: UUID, at: datetime, ends_at: datetime
) -> None:
    """The earlier unit was asked, for the first time or again: a request of its own each time."""
    await tx.execute(_UPDATE_ASKED, declaration_id, period_id, institution_id, at, new_id(), ends_at)


def open_comment(keyring: Keyring, declaration_id: UUID, confirmation: PriorConfirmation) -> str:
    """What was written, empty where nothing was. Raises SealBroken."""
    if confirmation.comment is None:
        return ""
    return unseal_text(keyring, DATA_CLASS, _place(declaration_id, confirmation.period_id), confirmation.comment)


def _place(declaration_id: UUID, period_id: UUID) -> str:
    return f"prior_confirmation.comment:{declaration_id}/{period_id}"
