"""The second look: where an exam body asks for it, an approval takes two people of a unit, one after the other.

The state machine 4.4 knows nothing of it: what the first one says is an opinion, kept with a declaration that waits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.declaration.domain.second_look_errors import FirstApprovalIsYours, SecondReviewerMissing
from shared.actor import Actor


class Opinion(StrEnum):
    """What becomes of the first person's word; the value is what the timeline shows (A39)."""

    APPROVE_FIRST = "approve_first"
    TAKE_BACK = "take_back_first_approval"
    OPPOSE = "oppose_first_approval"


@dataclass(frozen=True, slots=True)
class FirstApproval:
    """Who approved first: the account, and the person behind it where that is known."""

    by: UUID
    person_id: UUID | None
    at: datetime

    def is_of(self, actor: Actor) -> bool:
        """Two accounts of one person are one pair of eyes (section 2, rule 5)."""
        return actor.id == self.by or (actor.person_id is not None and actor.person_id == self.person_id)


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Whether a unit's approvals take two people now, and how many other accounts of it could be the second one: not
    the account that entered the record."""

    required: bool
    other_reviewers: int


def is_first_of_two(look: SecondLook, first: FirstApproval | None, actor: Actor) -> bool:
    """Whether an approval by `actor` waits for somebody else; otherwise it is the decision. Raises
    SecondReviewerMissing, FirstApprovalIsYours."""
    if not look.required or (first is not None and not first.is_of(actor)):
        return False
    if look.other_reviewers == 0:
        raise SecondReviewerMissing
    if first is not None:
        raise FirstApprovalIsYours
    return True
