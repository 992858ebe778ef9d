"""A rejected declaration begins anew at another unit: what the former one judged ends, with its papers (4.4, 4.6)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import UNDER_WAY, EvaluationState
from services.declaration.storage import evaluations
from services.declaration.use_cases.evaluating.supersede_evaluation import supersede_evaluation
from shared.actor import Actor
from shared.postgres.transaction import Transaction

_LEFT_AS_IT_IS: Final = UNDER_WAY | {EvaluationState.LAPSED}
"""Without a judgement there is no paper, and what is lapsed is over."""


async def leave_former_unit(tx: Transaction, declaration_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Void the judgement of a locked declaration, if there is one: the submission is still the one that was judged, and
    nothing else would tell it from a judgement of the new unit."""
    former = await evaluations.lock_live(tx, declaration_id)
    if former is not None and former.state not in _LEFT_AS_IT_IS:
        await supersede_evaluation(tx, former, declaration_id, actor=actor, now=now)
