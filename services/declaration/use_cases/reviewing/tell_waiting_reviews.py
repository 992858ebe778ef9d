"""Tell who has to hear that reviews wait: the unit, then its exam body and the candidate (P6). Notices and events are
one commit, and their keys allow each only once."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.waiting_reviews import ReviewPace, Step
from services.declaration.storage import waiting_reviews
from services.declaration.storage.waiting_reviews import WaitingReview, WaitingUnit
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.contracts.declaration import ReviewEscalated, ReviewsWaiting
from shared.ids import DeclarationId, ExamBodyId, InstitutionId, PersonId
from shared.postgres.transaction import Reader, Transaction
from shared.reminding.steps import tells_at


async def find_waiting_units(reader: Reader, step: Step, pace: ReviewPace, *, now: datetime) -> list[WaitingUnit]:
    """Units that have to hear; none at night."""
    if not tells_at(now):
        return []
    return await waiting_reviews.select_units(reader, step, pace, now, now.astimezone(SHANGHAI).date())


async def tell_waiting_reviews(tx: Transaction, step: Step, unit: WaitingUnit, *, now: datetime) -> bool:
    """Whether the unit was told: not where another worker did, or where all that waits is being decided. A unit hears
    once a day, with the number of all that wait; a declaration makes it hear once per submission and step, and of the
    deadline once per day on which it ends."""
    reviews = await waiting_reviews.lock_untold(tx, step, unit, now)
    if not reviews or (digest_id := await waiting_reviews.insert_digest(tx, step, unit, now)) is None:
        return False
    await waiting_reviews.insert_notices(tx, step, reviews, now)
    outbox.add(tx, _of_unit(step, unit, digest_id, now))
    if step is Step.ESCALATED:
        for review in reviews:
            outbox.add(tx, _of_review(unit, review, now))
    _note(tx, step, unit, reviews, now)
    return True


def _of_unit(step: Step, unit: WaitingUnit, digest_id: UUID, now: datetime) -> ReviewsWaiting:
    return ReviewsWaiting(
        occurred_at=now,
        aggregate_version=1,
        digest_id=digest_id,
        step=step.value,
        institution_id=InstitutionId(unit.institution_id),
        institution_name=unit.institution_name,
        filing_body_id=ExamBodyId(unit.filing_body_id),
        cycle_year=unit.cycle_year,
        waiting=unit.waiting,
        days=unit.days,
    )


def _of_review(unit: WaitingUnit, review: WaitingReview, now: datetime) -> ReviewEscalated:
    return ReviewEscalated(
        occurred_at=now,
        aggregate_version=review.version,
        declaration_id=DeclarationId(review.id),
        person_id=PersonId(review.person_id),
        institution_id=InstitutionId(unit.institution_id),
        institution_name=unit.institution_name,
        cycle_year=unit.cycle_year,
        number=review.number,
        days=unit.days,
    )


def _note(tx: Transaction, step: Step, unit: WaitingUnit, reviews: list[WaitingReview], now: datetime) -> None:
    for review in reviews:
        audit.record(
            tx,
            f"declaration.review_{step.value}",
            actor=SYSTEM,
            subject_kind="declaration",
            subject_id=review.id,
            at=now,
            submission=review.submission,
            days=unit.days,
            institution_id=str(unit.institution_id),
            filing_body_id=str(unit.filing_body_id),
        )
