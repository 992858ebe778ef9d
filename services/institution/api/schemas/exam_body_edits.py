"""Edits of the tree of exam bodies, its past, and who answers for an institution."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.institution.api.schemas.values import ContactPhone, DivisionCode, LocalTime, OrganisationName
from services.institution.domain.exam_body import ExamBodyState, Level
from services.institution.domain.exam_body_edits import Change
from services.institution.storage.filing_bodies import FormerFilingBody
from services.institution.storage.former_exam_bodies import FormerExamBody, Responsible
from shared.web.schemas import Body, PageQuery, View

Reason = Annotated[str, StringConstraints(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f<>]+$")]


class EnquiryPhoneBody(Body):
    """The public telephone of an office."""

    phone: ContactPhone


class EnquiryPhoneView(View):
    """As everybody sees it from now on."""

    exam_body_id: UUID
    phone: str


class ReasonBody(Body):
    """Why it is done, for instance the number of the decree; kept in the history."""

    reason: Reason


class NameBody(ReasonBody):
    """Another name."""

    name: OrganisationName


class TerritoryBody(ReasonBody):
    """Other divisions; none means: the territory of the body above."""

    division_codes: list[DivisionCode] = Field(max_length=200)


class MoveBody(ReasonBody):
    """The body to hang below."""

    parent_id: UUID


class MergeBody(ReasonBody):
    """The body to go up in."""

    into_id: UUID


class FilingBodyBody(ReasonBody):
    """The body to file with from now on."""

    filing_body_id: UUID


class FormerExamBodyView(View):
    """A term of a body that is over, with what ended it."""

    version: int
    valid_from: LocalTime
    valid_to: LocalTime
    level: Level
    parent_id: UUID | None
    code: str
    name: str
    state: ExamBodyState
    division_codes: list[str]
    ended_by_change: Change
    reason: str

    @classmethod
    def of(cls, term: FormerExamBody) -> Self:
        """From the row."""
        return cls(**{name: getattr(term, name) for name in cls.model_fields})


class FormerFilingBodyView(View):
    """A body that an institution filed with, and until when."""

    filing_body_id: UUID
    filing_body_name: str
    valid_from: LocalTime
    valid_to: LocalTime
    reason: str

    @classmethod
    def of(cls, term: FormerFilingBody) -> Self:
        """From the row."""
        return cls(**{name: getattr(term, name) for name in cls.model_fields})


class MomentQuery(Body):
    """Which moment; now, when none is given."""

    at: AwareDatetime | None = None


class FormerQuery(PageQuery):
    """A page of the past."""


class ResponsibleView(View):
    """A body as it was called and where it stood at the moment asked for."""

    id: UUID
    level: Level
    code: str
    name: str
    state: ExamBodyState

    @classmethod
    def of(cls, body: Responsible) -> Self:
        """From the row."""
        return cls(**{name: getattr(body, name) for name in cls.model_fields})


class ResponsibilityView(View):
    """Who answered for an institution at a moment: from the zone down to the body it filed with."""

    at: LocalTime
    bodies: list[ResponsibleView]

    @classmethod
    def of(cls, at: datetime, bodies: list[Responsible]) -> Self:
        """From the rows."""
        return cls(at=at, bodies=[ResponsibleView.of(body) for body in bodies])
