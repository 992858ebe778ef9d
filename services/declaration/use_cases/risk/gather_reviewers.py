"""The facts about reviewers in a cycle that signals judge, for many at once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

from services.declaration.domain.risk.facts import ReviewerFacts
from services.declaration.storage import risk_subjects
from services.declaration.storage.risk_subjects import ReviewerDecision
from shared.clock import SHANGHAI
from shared.postgres.transaction import Reader


async def gather_reviewers(reader: Reader, reviewers: Sequence[UUID], cycle_id: UUID) -> dict[UUID, ReviewerFacts]:
    """Facts by reviewer, of those who decided anything; the institution is the one of most of the decisions."""
    decided = defaultdict[UUID, list[ReviewerDecision]](list)
    for one in await risk_subjects.select_decisions(reader, reviewers, cycle_id):
        decided[one.actor_id].append(one)
    return {
        reviewer: ReviewerFacts(
            id=reviewer,
            institution_id=Counter(one.institution_id for one in theirs).most_common(1)[0][0],
            decisions=tuple((one.at.astimezone(SHANGHAI), one.declaration_id) for one in theirs if not one.in_bulk),
            in_bulk=sum(one.in_bulk for one in theirs),
        )
        for reviewer, theirs in decided.items()
    }
