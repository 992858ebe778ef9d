"""Bodies and answers about exam years."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.cycle import Cycle, CycleDates, template_dates
from services.declaration.storage.cycles import Notice
from services.declaration.use_cases.cycles.change_cycle_dates import WantedDates
from shared.web.schemas import Body, View


class CycleBody(Body):
    """A new exam year; dates left out follow the default calendar. Those of national registration belong to its other
    dates: beside a calendar of the zone's own they are not known until they are given."""

    year: int = Field(ge=2020, le=2059)
    declaration_opens_at: AwareDatetime | None = None
    declaration_closes_at: AwareDatetime | None = None
    review_deadline: AwareDatetime | None = None
    filing_deadline: AwareDatetime | None = None
    completion_deadline: AwareDatetime | None = None
    registration_opens_at: AwareDatetime | None = None
    registration_closes_at: AwareDatetime | None = None

    def dates(self) -> CycleDates:
        """The calendar, with what was given in place of the defaults."""
        given = self.model_dump(exclude={"year"}, exclude_none=True)
        unknown = {"registration_opens_at": None, "registration_closes_at": None} if given else {}
        return replace(template_dates(self.year), **(unknown | given))


class CycleDatesBody(Body):
    """All five moments; each but the first is exclusive (the end of 31 August is 1 September 00:00). Those of national
    registration, and the days a leave may last without being subtracted, stay as they are when left out."""

    declaration_opens_at: AwareDatetime
    declaration_closes_at: AwareDatetime
    review_deadline: AwareDatetime
    filing_deadline: AwareDatetime
    completion_deadline: AwareDatetime
    registration_opens_at: AwareDatetime | None = None
    registration_closes_at: AwareDatetime | None = None
    leave_days: int | None = Field(None, ge=0, le=366)

    def wanted(self) -> WantedDates:
        """The calendar and the longest leave."""
        return WantedDates(CycleDates(**self.model_dump(exclude={"leave_days"})), self.leave_days)


class NoticeBody(Body):
    """A new version of the notice."""

    text_zh: str = Field(min_length=10, max_length=20_000)
    text_en: str = Field(min_length=10, max_length=20_000)


class CycleView(View):
    """An exam year."""

    id: UUID
    year: int
    state: str
    version: int
    catalogue_version: int
    declaration_opens_at: datetime
    declaration_closes_at: datetime
    review_deadline: datetime
    filing_deadline: datetime
    completion_deadline: datetime
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    leave_days: int

    @classmethod
    def of(cls, cycle: Cycle) -> Self:
        """From the entity."""
        dates = cycle.dates
        return cls(
            id=cycle.id,
            year=cycle.year,
            state=cycle.state.value,
            version=cycle.version,
            catalogue_version=cycle.catalogue_version,
            declaration_opens_at=dates.declaration_opens_at,
            declaration_closes_at=dates.declaration_closes_at,
            review_deadline=dates.review_deadline,
            filing_deadline=dates.filing_deadline,
            completion_deadline=dates.completion_deadline,
            registration_opens_at=dates.registration_opens_at,
            registration_closes_at=dates.registration_closes_at,
            leave_days=cycle.leave_days,
        )


class ChangedCycleView(CycleView):
    """After a change of dates; `announcement_id` is how those concerned are told (P16), null where no date moved."""

    announcement_id: UUID | None


class CyclesView(View):
    """All exam years, newest first."""

    items: list[CycleView]


class NoticeView(View):
    """The newest notice (A26)."""

    notice_version: int
    text_zh: str
    text_en: str
    published_at: datetime

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """From the row."""
        return cls(
            notice_version=notice.version,
            text_zh=notice.text_zh,
            text_en=notice.text_en,
            published_at=notice.published_at,
        )


class CategoryView(View):
    """One combination that can be declared for (A23)."""

    code: str
    exam_level: str
    route: str
    name_zh: str
    name_en: str


class DocumentKindView(View):
    """A kind of file, and how many of it (A34); `per_period`: one earlier row each; `has_template`: there is a form to
    download (A35)."""

    kind: str
    name_zh: str
    name_en: str
    most: int
    per_period: bool
    has_template: bool


class ReasonView(View):
    """A reason a reviewer may give: whether it can be mended (`fixable`), stands against this unit only
    (`may_reapply`) or against the exam year (`fatal`); what it must point at; whether a text goes with it."""

    action: str
    code: str
    text_zh: str
    text_en: str
    effect: str
    target: str
    comment_required: bool


class CatalogueView(View):
    """What an exam year offers."""

    catalogue_version: int
    items: list[CategoryView]
    document_kinds: list[DocumentKindView]
    reasons: list[ReasonView]

    @classmethod
    def of(cls, catalogue: Catalogue, year: int) -> Self:
        """From the catalogue, as offered in `year`."""
        kinds, reasons = catalogue.document_kinds.values(), catalogue.reasons
        return cls(
            catalogue_version=catalogue.version,
            items=[
                CategoryView(code=c.code, exam_level=c.exam_level, route=c.route, name_zh=c.name_zh, name_en=c.name_en)
                for c in catalogue.offered(year)
            ],
            document_kinds=[
                DocumentKindView(
                    kind=k.kind,
                    name_zh=k.name_zh,
                    name_en=k.name_en,
                    most=k.most,
                    per_period=k.per_period,
                    has_template=k.template is not None,
                )
                for k in kinds
            ],
            reasons=[ReasonView(**asdict(one)) for one in reasons],
        )
