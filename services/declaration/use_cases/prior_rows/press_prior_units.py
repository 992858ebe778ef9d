"""An earlier unit that does not answer hears again, and then its exam body with it (4.5, P6)."""

from collections.abc import Sequence
from datetime import datetime

from services.declaration.domain.prior_row_pace import RequestStep
from services.declaration.storage.unanswered_rows import UnansweredRow
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.contracts.declaration import PriorRowUnanswered
from shared.ids import DeclarationId, ExamBodyId, InstitutionId, PersonId
from shared.postgres.transaction import Transaction


async def press_prior_units(tx: Transaction, step: RequestStep, due: Sequence[UnansweredRow], now: datetime) -> None:
    """Tell of each request; `step` is reminded or escalated."""
    for one in due:
        event = _event(one, step, now)
        outbox.add(tx, event)
        audit.record(
            tx,
            f"declaration.prior_row_{step.value}",
            actor=SYSTEM,
            subject_kind="declaration",
            subject_id=one.declaration_id,
            at=now,
            period_id=str(one.period_id),
            institution_id=str(one.asked_institution_id),
            days=event.days,
        )


def _event(one: UnansweredRow, step: RequestStep, now: datetime) -> PriorRowUnanswered:
    waited = now.astimezone(SHANGHAI).date() - one.asked_at.astimezone(SHANGHAI).date()
    return PriorRowUnanswered(
        occurred_at=now,
        aggregate_version=one.version,
        declaration_id=DeclarationId(one.declaration_id),
        person_id=PersonId(one.person_id),
        institution_id=InstitutionId(one.asked_institution_id),
        institution_name=one.asked_name,
        cycle_year=one.cycle_year,
        number=one.number,
        period_id=one.period_id,
        step="escalated" if step is RequestStep.ESCALATED else "reminded",
        filing_body_id=ExamBodyId(one.asked_body_id) if one.asked_body_id else None,
        days=waited.days,
        ends_at=one.ends_at,
    )
