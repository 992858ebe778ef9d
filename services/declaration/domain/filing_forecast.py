"""What an exam body may expect: simple arithmetic on numbers that are kept beside its result, so that anybody can do it
again (B8). No model, and no number where too little was seen to divide by."""

from dataclasses import dataclass
from datetime import date
from typing import Final

LEAST_DECIDED: Final = 20
"""Decisions below which no share is told: chance would speak."""
PACE_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Inputs:
    """Records of a body with all below it. `submitted` wait for their unit, `editable` are with their candidates;
    `accepted` and `rejected` were decided this year (approved or filed; rejected). `filed_lately`: in the last days.
    `due`: (last day, institutions, people) that are approved or wait and are not filed, by the deadline that holds for
    their units, the nearest first."""

    filed: int
    qualified: int
    approved: int
    submitted: int
    editable: int
    accepted: int
    rejected: int
    filed_lately: int
    due: list[tuple[date, int, int]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`at_least` is filed already; `prepared` adds who may go on a list now; `expected` adds to these who is approved,
    and who waits times the share of decisions that were approvals (None while too few were decided); `at_most` adds to
    the prepared who is approved, who waits and who could hand in. `remaining` are those who may go on a list now and
    those who are approved: `days_needed` is for them at the pace of the last days (None without a pace); `days_left`
    is for the nearest deadline."""

    at_least: int
    prepared: int
    expected: int | None
    at_most: int
    approval_percent: int | None
    remaining: int
    days_left: int | None
    days_needed: int | None


def forecast(inputs: Inputs, today: date) -> Forecast:
    """Whole people; a part of one counts for expected as rounded, for days as a day more."""
    decided = inputs.accepted + inputs.rejected
    share = inputs.accepted / decided if decided >= LEAST_DECIDED else None
    prepared = inputs.filed + inputs.qualified
    sure = prepared + inputs.approved
    remaining = inputs.qualified + inputs.approved
    pace = inputs.filed_lately
    days_left = [(day - today).days for day, _, people in inputs.due if people and day >= today]
    return Forecast(
        at_least=inputs.filed,
        prepared=prepared,
        expected=None if share is None else sure + round(inputs.submitted * share),
        at_most=sure + inputs.submitted + inputs.editable,
        approval_percent=None if share is None else round(100 * share),
        remaining=remaining,
        days_left=min(days_left, default=None),
        days_needed=-(-remaining * PACE_DAYS // pace) if pace else None,
    )
