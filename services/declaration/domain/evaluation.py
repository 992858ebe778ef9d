"""Evaluation: the institution says whether the person passed the probation. States, transitions and guards (4.6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.content import Content, Period
from services.declaration.domain.declaration import STATE_ZH as DECLARATION_STATE_ZH
from services.declaration.domain.declaration import State
from services.declaration.domain.evaluation_errors import (
    CannotEvaluateOneself,
    CompletionDeadlinePassed,
    DeclarationNotCertifiable,
    DeclarationNotEvaluable,
    EvaluationNeedsProfile,
    EvaluationStepNotAllowed,
    ProbationNotOver,
    ProbationTooShort,
    ProvisionalOnlyForFreshGraduates,
    ProvisionalStartTooLate,
    ReasonMissing,
)
from services.declaration.domain.period_timeline import count_until
from services.declaration.domain.probation_time import LEAVE_DAYS
from services.declaration.domain.review_errors import InstitutionNotActive
from shared.errors import Conflict


class EvaluationState(StrEnum):
    """Where an evaluation stands."""

    IN_PROGRESS = "in_progress"
    DUE = "due"
    EVALUATED_QUALIFIED = "evaluated_qualified"
    EVALUATED_UNQUALIFIED = "evaluated_unqualified"
    PROVISIONAL_CERTIFIED = "provisional_certified"
    COMPLETED = "completed"
    CERTIFIED = "certified"
    LAPSED = "lapsed"
    VOIDED = "voided"


class EvaluationStep(StrEnum):
    """What moves it."""

    REACH_DUE = "reach_due"
    EVALUATE_QUALIFIED = "evaluate_qualified"
    EVALUATE_UNQUALIFIED = "evaluate_unqualified"
    CERTIFY_PROVISIONALLY = "certify_provisionally"
    COMPLETE = "complete"
    FAIL_FULL_YEAR = "fail_full_year"
    LAPSE = "lapse"
    ISSUE_CERTIFICATE = "issue_certificate"
    VOID = "void"


EvaluationResult = Literal["qualified", "unqualified", "provisional"]
_S, _E = EvaluationState, EvaluationStep

TRANSITIONS: Final[Mapping[tuple[EvaluationState, EvaluationStep], EvaluationState]] = MappingProxyType(
    {
        (_S.IN_PROGRESS, _E.REACH_DUE): _S.DUE,
        (_S.IN_PROGRESS, _E.EVALUATE_QUALIFIED): _S.EVALUATED_QUALIFIED,
        (_S.DUE, _E.EVALUATE_QUALIFIED): _S.EVALUATED_QUALIFIED,
        (_S.IN_PROGRESS, _E.EVALUATE_UNQUALIFIED): _S.EVALUATED_UNQUALIFIED,
        (_S.DUE, _E.EVALUATE_UNQUALIFIED): _S.EVALUATED_UNQUALIFIED,
        (_S.IN_PROGRESS, _E.CERTIFY_PROVISIONALLY): _S.PROVISIONAL_CERTIFIED,
        (_S.PROVISIONAL_CERTIFIED, _E.COMPLETE): _S.COMPLETED,
        (_S.PROVISIONAL_CERTIFIED, _E.FAIL_FULL_YEAR): _S.EVALUATED_UNQUALIFIED,
        (_S.PROVISIONAL_CERTIFIED, _E.LAPSE): _S.LAPSED,
        (_S.EVALUATED_QUALIFIED, _E.ISSUE_CERTIFICATE): _S.CERTIFIED,
        (_S.CERTIFIED, _E.VOID): _S.VOIDED,
        (_S.COMPLETED, _E.VOID): _S.VOIDED,
    }
)

STEP_OF_RESULT: Final[dict[EvaluationResult, EvaluationStep]] = {
    "qualified": _E.EVALUATE_QUALIFIED,
    "unqualified": _E.EVALUATE_UNQUALIFIED,
    "provisional": _E.CERTIFY_PROVISIONALLY,
}
UNDER_WAY: Final[frozenset[EvaluationState]] = frozenset({_S.IN_PROGRESS, _S.DUE})
"""Not judged yet."""
_HEARS_SUPERVISORS: Final = UNDER_WAY | {_S.PROVISIONAL_CERTIFIED}
FULLY_QUALIFIED: Final[frozenset[EvaluationState]] = frozenset({_S.EVALUATED_QUALIFIED, _S.CERTIFIED, _S.COMPLETED})
LISTABLE: Final[frozenset[EvaluationState]] = FULLY_QUALIFIED | {_S.PROVISIONAL_CERTIFIED}

STATE_ZH: Final[Mapping[EvaluationState, str]] = MappingProxyType(
    {
        _S.IN_PROGRESS: "试用中",
        _S.DUE: "待考核",
        _S.EVALUATED_QUALIFIED: "考核合格",
        _S.EVALUATED_UNQUALIFIED: "考核不合格",
        _S.PROVISIONAL_CERTIFIED: "已出具试用证明（待满一年）",
        _S.COMPLETED: "满一年考核合格",
        _S.CERTIFIED: "已核发考核证明",
        _S.LAPSED: "已失效",
        _S.VOIDED: "已作废",
    }
)

EVALUABLE_DECLARATIONS: Final = frozenset({"submitted", "under_review", "approved"})


@dataclass(frozen=True, slots=True)
class Probation:
    """The periods that count (4.5): the current one and the confirmed earlier ones, overlaps once (R09)."""

    months: int
    full_year: bool
    first_start: date
    last_end: date


@dataclass(frozen=True, slots=True)
class EvaluatedProbation:
    """What the guards of 4.6 look at; `today` is in Asia/Shanghai."""

    declaration_state: str
    probation: Probation
    fresh_graduate: bool
    has_undertaking: bool
    is_assistant_upgrade: bool
    exam_year: int
    is_own_record: bool
    institution_active: bool
    profile_complete: bool
    today: date


def counted_rows(content: Content, confirmed: Collection[UUID]) -> list[Period]:
    """The periods that count: the current one and the confirmed earlier ones, as far as they say since when (4.5)."""
    return [one for one in content.periods if one.first_day is not None and (one.is_current or one.id in confirmed)]


def probation_of(content: Content, confirmed: Collection[UUID], today: date, leave_days: int = LEAVE_DAYS) -> Probation:
    """Counts what may be counted until `today`, without leaves longer than `leave_days`. A current period without an
    end lasts until today."""
    rows = counted_rows(content, confirmed)
    counted = count_until(rows, today, leave_days)
    first = min((one.first_day for one in rows if one.first_day is not None), default=today)
    last = max((one.last_day or today for one in rows), default=today)
    return Probation(counted.months, counted.full_year, first, last)


def with_current_end(content: Content, ended_on: date) -> Content:
    """The content with the current period ending on the day that the institution certifies."""
    periods = [one.model_copy(update={"last_day": ended_on}) if one.is_current else one for one in content.periods]
    return content.model_copy(update={"periods": periods})


def step_to(state: EvaluationState, step: EvaluationStep) -> EvaluationState:
    """The state after `step`. Raises EvaluationStepNotAllowed."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise EvaluationStepNotAllowed(state=state, state_zh=STATE_ZH[state]) from None


def check_hears_supervisors(state: EvaluationState) -> None:
    """Opinions are written and signed until the evaluation is judged. Raises EvaluationStepNotAllowed."""
    if state not in _HEARS_SUPERVISORS:
        raise EvaluationStepNotAllowed(state=state.value, state_zh=STATE_ZH[state])


def superseded(state: EvaluationState) -> EvaluationState:
    """The state of a judgement whose declaration was reopened (A42) and handed in again, or of a record under way whose
    declaration was handed in at another unit: it is of something else, and 4.6 begins anew. No step of 4.6 itself.
    Raises EvaluationStepNotAllowed for what is over already."""
    if state in (EvaluationState.LAPSED, EvaluationState.VOIDED):
        raise EvaluationStepNotAllowed(state=state, state_zh=STATE_ZH[state])
    return EvaluationState.VOIDED


def check_result(result: EvaluationResult, reason_code: str | None, facts: EvaluatedProbation) -> None:
    """Whether this result may be given now (4.6, B9, B14); raises an error named after the broken rule."""
    if facts.is_own_record:
        raise CannotEvaluateOneself
    if not facts.institution_active:
        raise InstitutionNotActive
    if not facts.profile_complete:
        raise EvaluationNeedsProfile
    if facts.declaration_state not in EVALUABLE_DECLARATIONS:
        raise _refusal(DeclarationNotEvaluable, facts.declaration_state)
    if result == "provisional":
        _check_provisional(facts)
    else:
        _check_judged(result, reason_code, facts)


def _check_judged(result: EvaluationResult, reason_code: str | None, facts: EvaluatedProbation) -> None:
    """A result of a whole year, whichever it is, and why it is not a good one."""
    if result == "unqualified" and not reason_code:
        raise ReasonMissing
    check_full_year(facts)


def check_full_year(facts: EvaluatedProbation) -> None:
    """B14: a full year of confirmed probation, and the last period over. The assistant's upgrade counts years of
    practice instead (R02, R03), which were judged when the declaration was handed in."""
    if not (facts.probation.full_year or facts.is_assistant_upgrade):
        raise ProbationTooShort(months=facts.probation.months)
    if facts.today < facts.probation.last_end:
        raise ProbationNotOver(ends=facts.probation.last_end.isoformat())


def check_full_year_result(
    result: EvaluationResult, reason_code: str | None, facts: EvaluatedProbation, deadline: datetime, now: datetime
) -> None:
    """Whether a fresh graduate's full year may be entered now (4.6, R08); `deadline` is exclusive."""
    if facts.is_own_record:
        raise CannotEvaluateOneself
    if not facts.institution_active:
        raise InstitutionNotActive
    if now >= deadline:
        raise CompletionDeadlinePassed(deadline=deadline.strftime("%Y-%m-%d"))
    _check_judged(result, reason_code, facts)


def check_provisional_paper(state: EvaluationState, declaration_state: str, deadline: datetime, now: datetime) -> None:
    """Whether a provisional certificate may be put on paper now; `deadline` is exclusive. Raises
    EvaluationStepNotAllowed, DeclarationNotCertifiable, CompletionDeadlinePassed."""
    if state is not _S.PROVISIONAL_CERTIFIED:
        raise EvaluationStepNotAllowed(state=state, state_zh=STATE_ZH[state])
    check_certifiable(declaration_state)
    if now >= deadline:
        raise CompletionDeadlinePassed(deadline=deadline.strftime("%Y-%m-%d"))


def check_certifiable(declaration_state: str) -> None:
    """Whether a declaration stands, so that a certificate may be put on paper. Raises DeclarationNotCertifiable."""
    if declaration_state not in EVALUABLE_DECLARATIONS | {"filed"}:
        raise _refusal(DeclarationNotCertifiable, declaration_state)


def _refusal(rule: type[Conflict], declaration_state: str) -> Conflict:
    return rule(state=declaration_state, state_zh=DECLARATION_STATE_ZH[State(declaration_state)])


def _check_provisional(facts: EvaluatedProbation) -> None:
    if not (facts.fresh_graduate and facts.has_undertaking):
        raise ProvisionalOnlyForFreshGraduates
    latest = date(facts.exam_year - 1, 8, 31)
    if facts.probation.first_start > latest:
        raise ProvisionalStartTooLate(latest=latest.isoformat())
