"""A paper that the print role gave up is queued again as it was frozen: no state moves, and the trail says who asked
for it (B10, V70)."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import print_jobs
from services.declaration.use_cases.evaluating.certificate_content import Paper
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def print_again(
    tx: Transaction, paper: Paper, evaluation_id: UUID, number: str, *, actor: Actor, now: datetime
) -> bool:
    """Whether it was given up. The evaluation is locked, and the actor may have it printed."""
    if not await print_jobs.update_given_up(tx, paper.kind, evaluation_id):
        return False
    audit.record(
        tx,
        "evaluation.print_again",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        certificate_no=number,
        paper=paper.kind,
    )
    return True
