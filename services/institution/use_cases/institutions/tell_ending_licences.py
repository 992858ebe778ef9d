"""Institutions and exam bodies are told of licences that run out; suspending stays a decision of the exam body (4.2,
B15)."""

from collections.abc import Sequence
from datetime import datetime

from services.institution.storage.ending_licences import EndingLicence
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.institution import LicenceEnding
from shared.ids import ExamBodyId, InstitutionId
from shared.postgres.transaction import Transaction
from shared.reminding.steps import Span


async def tell_ending_licences(tx: Transaction, span: Span, due: Sequence[EndingLicence], now: datetime) -> None:
    """`ending` before the last day is over, `ended` after it."""
    for one in due:
        event = LicenceEnding(
            occurred_at=now,
            aggregate_version=one.version,
            institution_id=InstitutionId(one.id),
            institution_name=one.name,
            filing_body_id=ExamBodyId(one.filing_body_id),
            stage="ending" if span.step >= 0 else "ended",
            valid_to=one.licence_valid_to,
        )
        outbox.add(tx, event)
        audit.record(
            tx,
            f"institution.licence_{event.stage}",
            actor=SYSTEM,
            subject_kind="institution",
            subject_id=one.id,
            at=now,
            valid_to=one.licence_valid_to.isoformat(),
        )
