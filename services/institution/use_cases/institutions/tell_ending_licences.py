"""Institutions and exam bodies are told of licences that run out; suspending stays a decision of the exam body (4.2,
B15)."""

from datetime import datetime, timedelta
from typing import Final

from services.institution.storage import licence_notices
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.contracts.institution import LicenceEnding
from shared.ids import ExamBodyId, InstitutionId
from shared.postgres.transaction import Transaction

BATCH: Final = 200


async def tell_ending_licences(tx: Transaction, ahead: timedelta, now: datetime) -> int:
    """How many were told, at most BATCH: `ending` from `ahead` before the last day on, `ended` after it."""
    today = now.astimezone(SHANGHAI).date()
    due = await licence_notices.lock_due(tx, today, today + ahead, BATCH)
    for one in due:
        await licence_notices.insert(tx, one.id, one.licence_valid_to, one.stage, now)
        event = LicenceEnding(
            occurred_at=now,
            aggregate_version=one.version,
            institution_id=InstitutionId(one.id),
            institution_name=one.name,
            filing_body_id=ExamBodyId(one.filing_body_id),
            stage=one.stage,
            valid_to=one.licence_valid_to,
        )
        outbox.add(tx, event)
        audit.record(
            tx,
            f"institution.licence_{one.stage}",
            actor=SYSTEM,
            subject_kind="institution",
            subject_id=one.id,
            at=now,
            valid_to=one.licence_valid_to.isoformat(),
        )
    return len(due)
