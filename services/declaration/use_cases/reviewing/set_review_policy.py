"""The zone sets for an exam year how long reviews may wait, whether earlier units confirm their rows, and whether a
second person confirms approvals (P6, Q5)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import require_changeable
from services.declaration.domain.waiting_reviews import ReviewPace, ReviewPolicy
from services.declaration.storage import cycles, review_policies
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def set_review_policy(
    tx: Transaction, cycle_id: UUID, policy: ReviewPolicy, default: ReviewPace, *, actor: Actor, now: datetime
) -> None:
    """What was told already stays told. Raises NotFound, CycleFinished, ReviewPaceDisordered."""
    cycle = await cycles.lock(tx, cycle_id)
    require_changeable(cycle)
    pace = policy.pace(default)
    pace.check()
    await review_policies.upsert(tx, cycle.id, policy, now)
    audit.record(
        tx,
        "cycle.set_review_policy",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        remind_after_days=pace.remind_after_days,
        escalate_after_days=pace.escalate_after_days,
        warn_before_days=pace.warn_before_days,
        prior_units_confirm=policy.prior_units_confirm,
        second_reviewer=policy.second_reviewer,
    )
