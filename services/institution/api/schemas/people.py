"""Lists of bound people, and what one may ask them for. Names and numbers are sent in bodies, never in addresses."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.institution.api.schemas.values import LocalTime
from services.institution.storage.bound_people import BoundPerson
from shared.web.schemas import Body, PageQuery, View

State = Literal["pending", "active", "frozen", "ended"]


class PeopleQuery(PageQuery):
    """Filters that name nobody. `state` is one state, or those in force when it is left out."""

    state: State | None = None
    registered_early: bool | None = Field(None, description="whether the start of the probation was recorded (B17)")
    has_declared: bool | None = Field(None, description="whether a declaration of the person is open or filed here")


class PeopleSearch(PageQuery):
    """The same with what names a person: a name or its beginning, a whole document number, and days of the binding."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True)] | None = None
    document_no: Annotated[str, StringConstraints(min_length=5, max_length=30, strip_whitespace=True)] | None = None
    states: list[State] = Field(["active", "frozen"], min_length=1, max_length=4)
    bound_from: date | None = None
    bound_until: date | None = Field(None, description="the last day that counts")
    registered_early: bool | None = None
    has_declared: bool | None = None


class SubtreeSearch(PeopleSearch):
    """The same over all institutions of an exam body."""

    division: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{1,5}$")] | None = Field(
        None, description="a division code or its beginning"
    )


class TrendQuery(Body):
    """The exam year whose declarations are counted, and how many months are looked back."""

    cycle_year: int = Field(ge=2000, le=2100)
    months: int = Field(24, ge=1, le=120)


class MonthView(View):
    """Probations that began in a month (its first day is given); `in_time` were registered within a month."""

    month: date
    registered: int
    in_time: int


class TrendView(View):
    """Registered starts by month, and declarations of the year without one: look for those among the people."""

    months: list[MonthView]
    declared_unregistered: int


class BoundPersonView(View):
    """A bound person, masked. `since` reaches back over bindings that this one continues."""

    binding_id: UUID
    version: int = Field(description="of the binding, for If-Match")
    state: str
    requested_at: LocalTime | None
    bound_at: LocalTime | None
    since: LocalTime | None
    ended_at: LocalTime | None
    end_event: str | None
    probation_started_on: date | None
    probation_recorded_at: LocalTime | None
    probation_recorded_by: str | None
    department: str | None = Field(description="as the person stated it when binding")
    cohort_year: int | None = Field(description="as the person stated it when binding")
    person_id: UUID
    name_masked: str
    document_type: str
    document_no_masked: str
    institution_id: UUID
    institution_name: str
    has_declared: bool

    @classmethod
    def of(cls, person: BoundPerson) -> Self:
        """From the row."""
        return cls(**{name: getattr(person, name) for name in cls.model_fields})
