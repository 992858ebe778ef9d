"""What a printed certificate is worth today, whatever the paper says (B10, 4.6)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from services.declaration.domain.cycle import last_day_before
from services.declaration.domain.evaluation import FULLY_QUALIFIED, EvaluationState

_LAPSED: Final = frozenset({EvaluationState.LAPSED, EvaluationState.EVALUATED_UNQUALIFIED})
_KEEPS: Final = FULLY_QUALIFIED | {EvaluationState.LAPSED}
_TAKEN_BACK: Final = frozenset({"rejected", "revoked"})
_KEEPS_PROVISIONAL: Final = _KEEPS | {EvaluationState.PROVISIONAL_CERTIFIED, EvaluationState.EVALUATED_UNQUALIFIED}


class CertificateStanding(StrEnum):
    """What whoever holds the paper is told."""

    VALID = "valid"
    VOIDED = "voided"
    SUPERSEDED = "superseded"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the worth of a paper rests on. `replaced`: the same declaration has a paper of another evaluation that was
    not voided; `outdated`: the declaration was handed in again since, or began anew at another unit, and 4.6 begins
    anew with it; `completion_deadline`, exclusive, ends a provisional certificate."""

    provisional: bool
    state: EvaluationState
    declaration_state: str
    cycle_year: int
    completion_deadline: datetime
    replaced: bool
    outdated: bool = False

    @property
    def last_day(self) -> date:
        """Until when it can be worth anything: the end of its year, or the last day for the full year's result."""
        if not self.provisional:
            return date(self.cycle_year, 12, 31)
        return last_day_before(self.completion_deadline)


def certificate_standing(paper: PaperFacts, today: date) -> CertificateStanding:
    """A certificate proves something in its year only, and nothing for a declaration that lapsed, or that was rejected
    or revoked, of which no newer paper is any good either. What was said of an earlier submission, or by a former unit,
    does not count any more, voided yet or not: submissions are only counted up, so it never counts again. A provisional
    one gives way to the certificate of the full year, and lapses without it, passed or not."""
    state = paper.state
    if paper.declaration_state in _TAKEN_BACK:
        return CertificateStanding.VOIDED
    if state is EvaluationState.VOIDED and paper.replaced:
        return CertificateStanding.SUPERSEDED
    if paper.outdated or state not in (_KEEPS_PROVISIONAL if paper.provisional else _KEEPS):
        return CertificateStanding.VOIDED
    if paper.provisional and state in FULLY_QUALIFIED:
        return CertificateStanding.SUPERSEDED
    if state in _LAPSED or paper.declaration_state == "lapsed" or today > paper.last_day:
        return CertificateStanding.LAPSED
    return CertificateStanding.VALID
