"""Who invited, and who was invited, hear before an invitation can be neither accepted nor renewed (4.8)."""

from collections.abc import Sequence
from datetime import datetime

from services.identity.storage.ending_invitations import EndingInvitation
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.identity_staff import StaffInvitationEnding
from shared.ids import ExamBodyId, StaffId
from shared.postgres.transaction import Transaction
from shared.reminding.steps import Span, days_until


async def tell_ending_invitations(tx: Transaction, span: Span, due: Sequence[EndingInvitation], now: datetime) -> None:
    """The secret stays out of it: a new one comes by renewing the invitation."""
    for one in due:
        days = days_until(one.ends_at, now)
        outbox.add(
            tx,
            StaffInvitationEnding(
                occurred_at=now,
                aggregate_version=one.version,
                staff_id=StaffId(one.id),
                scope_id=one.scope_id,
                institution_name=one.scope_name,
                from_staff_id=None if one.inviter_id is None else StaffId(one.inviter_id),
                filing_body_id=None if one.above_id is None else ExamBodyId(one.above_id),
                ends_at=one.ends_at,
                step=span.step,
                days=days,
            ),
        )
        audit.record(
            tx,
            "staff.remind_invitation",
            actor=SYSTEM,
            subject_kind="staff",
            subject_id=one.id,
            at=now,
            step=span.step,
            days=days,
        )
