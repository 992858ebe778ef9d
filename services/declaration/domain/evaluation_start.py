"""The beginning of a probation as a unit registers it: when it may be said to begin, and who may guide (B17, 5.3)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content, Guidance, Period
from services.declaration.domain.counting import add_months
from services.declaration.domain.evaluation_errors import ProbationStartNotPlausible
from services.declaration.domain.review_errors import SupervisorsNotValid
from services.declaration.domain.supervision import Supervisor, supervision_problems

_AHEAD: Final = timedelta(days=31)
_BACK: Final = timedelta(days=3653)
_YEAR_MONTHS: Final = 12


def check_start(started_on: date, today: date) -> None:
    """Raises ProbationStartNotPlausible."""
    if not today - _BACK <= started_on <= today + _AHEAD:
        raise ProbationStartNotPlausible


def check_guides(supervisor_ids: Sequence[UUID], roster: Mapping[UUID, Supervisor], institution_id: UUID) -> None:
    """The same rules as for the row that will be declared. Raises SupervisorsNotValid."""
    guides = [Guidance(supervisor_id=one) for one in supervisor_ids]
    content = Content(periods=[Period(is_current=True, institution_id=institution_id, supervisors=guides)])
    if problems := list(supervision_problems(content, roster, institution_id)):
        raise SupervisorsNotValid(problems=problems)


def full_after(started_on: date) -> date:
    """The first day on which the year is full, leaves apart: they are not known yet (section 6)."""
    return add_months(started_on, _YEAR_MONTHS) - timedelta(days=1)
