"""What to get ready from the first day of probation on (P13): the rules are asked what they will want, of what is known
early and of the circumstances that nobody has spoken of yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.content import AssistantRecord, Content, EducationRecord, ExpertiseRecord, Period
from services.declaration.domain.counting import add_months
from services.declaration.domain.cycle import Cycle, CycleDates, last_day_before, template_dates
from services.declaration.domain.eligibility_terms import Applicant, Ground
from services.declaration.domain.facts import Choice
from services.declaration.domain.self_check import Question, needed_documents
from shared.clock import SHANGHAI

_PHYSICIAN: Final = "licensed_physician"
_EDUCATION: Final = "prescribed_education"
_APPRENTICESHIP: Final = "apprenticeship_or_expertise"


@dataclass(frozen=True, slots=True)
class LeadTime:
    """A document that takes `weeks` to get, and what to do."""

    kind: str
    weeks: int
    advice_zh: str
    advice_en: str


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Something the platform can not know before a declaration, in words."""

    code: str
    text_zh: str
    text_en: str


ORDINARY: Final = Circumstance("ordinary", "所有考生", "Everybody")
CIRCUMSTANCES: Final = (
    Circumstance("assistant_upgrade", "执业助理医师报考执业医师", "Assistants who apply for physician"),
    Circumstance("degree_from_outside", "申报学历为境外学历", "With a degree from outside the mainland"),
    Circumstance("earlier_institution", "曾在其他机构试用", "With probation at another institution before"),
    Circumstance("apprenticeship", "以师承或确有专长途径报考", "By apprenticeship or expertise"),
    Circumstance(
        "academic_postgraduate", "以 2015 年前入学的学术学位研究生学历报考", "With an earlier academic degree"
    ),
)


def first_full_year(started_on: date, at_least: int) -> int:
    """The first exam year, not before `at_least`, in which twelve months are full at registration (R07)."""
    full_on, year = add_months(started_on, 12) - timedelta(days=1), at_least
    while last_day_before(template_dates(year).filing_deadline) < full_on:
        year += 1
    return year


def opening_day(cycle: Cycle, year: int) -> date:
    """When declaring opens in an exam year: as the zone set it, else by the default calendar."""
    dates: CycleDates = cycle.dates if cycle.year == year else template_dates(year)
    return dates.declaration_opens_at.astimezone(SHANGHAI).date()


def long_documents(
    catalogue: Catalogue, applicant: Applicant, started_on: date, ground: Ground, lead_times: Mapping[str, LeadTime]
) -> Iterator[tuple[Circumstance, list[LeadTime]]]:
    """What takes long for everybody like the applicant, then what each circumstance asks for beyond that."""
    usual: set[str] = set()
    for circumstance in (ORDINARY, *CIRCUMSTANCES):
        question = _question(circumstance.code, catalogue, applicant, started_on, ground)
        if question is None:
            continue
        needed = needed_documents(catalogue.rules, question, catalogue.document_kinds, ground)
        if circumstance is ORDINARY:
            usual = set(needed)
        slow = [lead_times[kind] for kind in needed if kind in lead_times]
        new = [one for one in slow if circumstance is ORDINARY or one.kind not in usual]
        if new or circumstance is ORDINARY:
            yield circumstance, sorted(new, key=lambda one: -one.weeks)


def _question(
    code: str, catalogue: Catalogue, applicant: Applicant, started_on: date, ground: Ground
) -> Question | None:
    route = _APPRENTICESHIP if code == "apprenticeship" else _EDUCATION
    offered = [
        one for one in catalogue.offered(ground.cycle.year) if (one.exam_level, one.route) == (_PHYSICIAN, route)
    ]
    if not offered:
        return None
    category = next((one for one in offered if one.family == "clinical"), offered[0])
    choice = Choice(_PHYSICIAN, route, category.code, category.family)
    return Question(_content(code, applicant, started_on), choice, applicant)


def _content(code: str, applicant: Applicant, started_on: date) -> Content:
    degree: dict[str, Any] = {"level": "21", "enrolled_on": add_months(started_on, -72)}
    if code == "assistant_upgrade":
        degree |= {"level": "31"}
    if code == "degree_from_outside":
        degree |= {"awarded_in": "taiwan" if applicant.region == "taiwan" else "foreign"}
    if code == "academic_postgraduate":
        degree |= {"level": "14", "degree_type": "academic", "enrolled_on": date(2014, 9, 1)}
    periods = [Period(is_current=True, first_day=started_on)]
    if code == "earlier_institution":
        earlier = add_months(started_on, -12)
        periods.append(Period(first_day=earlier, last_day=started_on - timedelta(days=1)))
    record = EducationRecord(form="full_time", school="-", major="临床医学", is_basis=True, **degree)
    upgrade = code == "assistant_upgrade"
    return Content(
        education=[record],
        periods=periods,
        is_assistant_upgrade=upgrade,
        assistant=AssistantRecord() if upgrade else None,
        expertise=ExpertiseRecord(kind="expertise") if code == "apprenticeship" else None,
    )
