"""A rejected declaration goes on, at its unit or anew at another one: what was judged of it ends, with its papers (4.4,
4.6, A42)."""

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


async def supersede_rejected(tx: Transaction, declaration_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Void the judgement of a locked declaration, if there is one: the submission is still the one that was judged, and
    nothing but the state that it leaves says that it was rejected since."""
    judged = await evaluations.lock_live(tx, declaration_id)
    if judged is not None and judged.state not in _LEFT_AS_IT_IS:
        await supersede_evaluation(tx, judged, declaration_id, actor=actor, now=now)
