"""The self-check before drafting: a form without names and numbers, and what every rule says to it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.declaration.api.schemas.drafting import CountView
from services.declaration.domain.content import AssistantRecord, Content, Day, EducationRecord, ExpertiseRecord, Period
from services.declaration.domain.eligibility_terms import Applicant
from services.declaration.domain.facts import REGION_KINDS
from shared.web.schemas import Body, View

Region = Literal["mainland", "hong_kong", "macau", "taiwan", "foreign"]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class CheckedEducation(Body):
    """The degree to declare with. `staff_school`: a staff secondary school (职工中专)."""

    level: Literal["11", "14", "21", "31", "41", "44"]
    form: Literal["full_time", "part_time", "adult", "self_study", "distance"]
    major: _Words
    degree_type: Literal["academic", "professional", "none"] = "none"
    enrolled_on: Day
    graduated_on: Day | None = None
    awarded_in: Region = "mainland"
    entered_from: Literal["junior_high", "senior_high", "associate"] | None = None
    associate_major: _Words | None = None
    direction_approved: bool = False
    staff_school: bool = False

    def record(self) -> EducationRecord:
        """As a declaration would hold it; no school is named but the kind that a rule speaks of."""
        told = self.model_dump(exclude={"staff_school"})
        return EducationRecord(**told, school="职工中专" if self.staff_school else "-", is_basis=True)


class CheckedPeriod(Body):
    """One interval of probation: dates, the kind of place, the kind of post; no name of either place or people."""

    is_current: bool = False
    first_day: Day
    last_day: Day | None = None
    post: _Words | None = None
    tertiary_hospital: bool = False
    in_taiwan: bool = False

    def record(self) -> Period:
        """As a declaration would hold it."""
        return Period(
            is_current=self.is_current,
            first_day=self.first_day,
            last_day=self.last_day,
            department=self.post,
            institution_grade="三级" if self.tertiary_hospital else None,
            division_code="710000" if self.in_taiwan else None,
        )


class CheckBody(Body):
    """What somebody tells before declaring. Nothing of it is kept, and nothing that names a person is accepted."""

    exam_level: Literal["licensed_physician", "assistant_physician"]
    exam_category_code: Annotated[str, StringConstraints(pattern=r"^\d{3}$")]
    route: Literal["prescribed_education", "apprenticeship_or_expertise"] = "prescribed_education"
    region: Region = "mainland"
    education: CheckedEducation | None = None
    periods: list[CheckedPeriod] = Field(default_factory=list, max_length=12)
    fresh_graduate: bool = False
    is_active_military: bool = False
    first_registration_date: Day | None = None
    assistant_category_code: Annotated[str, StringConstraints(pattern=r"^\d{3}$")] | None = None
    qualification_year: int | None = Field(None, ge=1998, le=2100)
    expertise_kind: Literal["apprenticeship", "expertise"] | None = None
    apprenticeship_began_on: date | None = None
    apprenticeship_ended_on: date | None = None

    def applicant(self) -> Applicant:
        """Where somebody comes from; bans are of people and not asked about here."""
        return Applicant(REGION_KINDS[self.region], self.region)

    def content(self) -> Content:
        """The form, as a declaration would hold it."""
        upgrade = self.first_registration_date is not None or self.assistant_category_code is not None
        assistant = AssistantRecord(
            first_registration_date=self.first_registration_date, practising_category_code=self.assistant_category_code
        )
        expertise = self.expertise_kind and ExpertiseRecord(
            kind=self.expertise_kind, began_on=self.apprenticeship_began_on, ended_on=self.apprenticeship_ended_on
        )
        return Content(
            education=[self.education.record()] if self.education else [],
            periods=[one.record() for one in self.periods],
            is_assistant_upgrade=upgrade,
            assistant=assistant if upgrade else None,
            expertise=expertise or None,
            fresh_graduate=self.fresh_graduate,
            is_active_military=self.is_active_military,
        )


class RuleVerdictView(View):
    """One rule: open or closed for ways, else passed, failed or warned; not_concerned when it is about others.
    `detail` and `cure` where it says something."""

    rule: str
    effect: str
    outcome: str
    pointer: str
    detail: str | None
    cure: str | None
    source: str


class NeededDocumentView(View):
    """A document that will be needed, and which rules ask for it."""

    kind: str
    name_zh: str
    name_en: str
    has_template: bool
    rules: list[str]


class CheckView(View):
    """`eligible` as if all needed documents had been handed in."""

    cycle_year: int
    catalogue_version: int
    eligible: bool
    ways: list[str]
    rules: list[RuleVerdictView]
    documents: list[NeededDocumentView]
    at_registration: CountView
    by_completion: CountView


class EarlyDocumentView(View):
    """A document, how many weeks it usually takes, by when to apply for it, and where."""

    kind: str
    name_zh: str
    name_en: str
    weeks: int
    start_by: date
    overdue: bool
    advice: str


class CircumstanceView(View):
    """Documents beyond the ordinary ones that a circumstance asks for."""

    circumstance: str
    text: str
    documents: list[EarlyDocumentView]


class EarlyChecklistView(View):
    """What to get ready from the first day of probation on (P13). `exam_year`: the first in which the year is full;
    `declaration_opens_on` is the default calendar's while the zone set no other date."""

    exam_year: int
    probation_started_on: date | None
    started_as_registered: bool
    declaration_opens_on: date
    documents: list[EarlyDocumentView]
    circumstances: list[CircumstanceView]
