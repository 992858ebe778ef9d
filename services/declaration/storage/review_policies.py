"""Rows of `review_policy`: what the zone set about reviews of an exam year."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.waiting_reviews import ReviewPolicy
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT remind_after_days, escalate_after_days, warn_before_days, prior_units_confirm, second_reviewer
FROM review_policy WHERE cycle_id = $1
"""
_UPSERT: Final = """
INSERT INTO review_policy (cycle_id, remind_after_days, escalate_after_days, warn_before_days, prior_units_confirm,
                           second_reviewer, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (cycle_id) DO UPDATE
SET remind_after_days = excluded.remind_after_days, escalate_after_days = excluded.escalate_after_days,
    warn_before_days = excluded.warn_before_days, prior_units_confirm = excluded.prior_units_confirm,
    second_reviewer = excluded.second_reviewer, set_at = excluded.set_at
"""


async def select(reader: Reader, cycle_id: UUID) -> ReviewPolicy:
    """Of an exam year; everything open where nothing was set."""
    row = await reader.fetchrow(_SELECT, cycle_id)
    return ReviewPolicy() if row is None else ReviewPolicy(**dict(row))


async def upsert(tx: Transaction, cycle_id: UUID, policy: ReviewPolicy, at: datetime) -> None:
    """Set it."""
    days = (policy.remind_after_days, policy.escalate_after_days, policy.warn_before_days)
    await tx.execute(_UPSERT, cycle_id, *days, policy.prior_units_confirm, policy.second_reviewer, at)
