"""What a candidate fills in (5.1). A draft may be incomplete, so fields are checked for type and size here; what is
missing for a submission is said by domain.completeness and the rules of the catalogue.

Name, sex, birth date, document and unit are not here: they come from the verified identity and the binding (A24, A28),
and whatever a body says about them is ignored."""

import re
from datetime import date
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from shared.ids import new_id

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def _first_of_month(value: object) -> object:
    """A record with only year and month counts from the first of the month to the first of the month (section 6)."""
    return f"{value}-01" if isinstance(value, str) and len(value) == 7 and _MONTH.fullmatch(value) else value


def _visible(value: str) -> str:
    if not value.isprintable() and any(not char.isprintable() and char != "\n" for char in value):
        raise ValueError("control characters are not allowed")
    return value


def _plausible(value: date) -> date:
    if not 1900 <= value.year <= 2100:
        raise ValueError("the year must lie between 1900 and 2100")
    return value


Day = Annotated[date, BeforeValidator(_first_of_month), AfterValidator(_plausible)]
Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_visible)]
Paragraph = Annotated[str, Field(max_length=2000), AfterValidator(_visible)]
CertificateNo = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        populate_by_name=True,
        serialize_by_alias=True,
    )


class EducationRecord(_Part):
    """One degree; exactly one is the basis of the declaration (A27). Levels by GB/T 4658.

    `entered_from` is what the course began after (R22, R23), `associate_major` the major of the associate degree that a
    bachelor's course went on from; `direction_approved`: the state approved the direction in the major's name (R21).
    """

    level: Literal["11", "14", "21", "31", "41", "44"]
    form: Literal["full_time", "part_time", "adult", "self_study", "distance"]
    school: Line
    major: Line
    degree_type: Literal["academic", "professional", "none"] = "none"
    enrolled_on: Day
    graduated_on: Day | None = None
    certificate_no: CertificateNo | None = None
    is_basis: bool = False
    awarded_in: Literal["mainland", "hong_kong", "macau", "taiwan", "foreign"] = "mainland"
    entered_from: Literal["junior_high", "senior_high", "associate"] | None = None
    associate_major: Line | None = None
    direction_approved: bool = False


class AssistantRecord(_Part):
    """What an assistant physician who applies for physician shows (A29); formats in 5.5."""

    qualification_certificate_no: CertificateNo | None = None
    practising_certificate_no: CertificateNo | None = None
    first_registration_date: Day | None = None
    practising_category_code: Annotated[str, Field(pattern=r"^\d{3}$")] | None = None


class ExpertiseRecord(_Part):
    """By apprenticeship, with its first and last day, or by long practice with real expertise (R06)."""

    kind: Literal["apprenticeship", "expertise"]
    began_on: Day | None = None
    ended_on: Day | None = None


class Guidance(_Part):
    """A supervisor of a period: picked from a roster (`supervisor_id`, P2), or typed for a place outside the library.

    For picked ones the server fills in name and number.
    """

    supervisor_id: UUID | None = None
    name: Line | None = None
    practising_certificate_no: CertificateNo | None = None


class Interruption(_Part):
    """Days on which the probation rested; long ones are subtracted (section 6)."""

    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    cause: Literal["sick_leave", "maternity_leave", "personal_leave", "study", "other"] = "other"


class Period(_Part):
    """One probation interval at one place (A30). `institution_id` of the current row is the bound unit's (A24);
    `institution_grade` is the library's, whatever a body says (R25)."""

    id: UUID = Field(default_factory=new_id)
    is_current: bool = False
    institution_id: UUID | None = None
    institution_name: Line | None = None
    division_code: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    registration_no: Annotated[str, Field(max_length=22, pattern=r"^[0-9A-Za-z-]*$")] | None = None
    institution_grade: Line | None = None
    department: Line | None = None
    position: Line | None = None
    first_day: Day | None = Field(None, alias="from")
    last_day: Day | None = Field(None, alias="to")
    supervisors: list[Guidance] = Field(default_factory=list, max_length=10)
    work_summary: Paragraph | None = None
    interruptions: list[Interruption] = Field(default_factory=list, max_length=10)


class Content(_Part):
    """Everything the candidate may write. `ethnicity_code` (GB/T 3304) only where the identity has none."""

    education: list[EducationRecord] = Field(default_factory=list, max_length=6)
    periods: list[Period] = Field(default_factory=list, max_length=12)
    is_assistant_upgrade: bool = False
    assistant: AssistantRecord | None = None
    expertise: ExpertiseRecord | None = None
    fresh_graduate: bool = False
    is_active_military: bool = False
    ethnicity_code: Annotated[str, Field(pattern=r"^\d{2}$")] | None = None
    note: Paragraph | None = None

    @model_validator(mode="after")
    def _distinct_periods(self) -> Self:
        if len({one.id for one in self.periods}) != len(self.periods):
            raise ValueError("every period has an id of its own")
        return self

    @property
    def basis(self) -> EducationRecord | None:
        """The degree declared with, when exactly one is marked."""
        marked = [one for one in self.education if one.is_basis]
        return marked[0] if len(marked) == 1 else None

    @property
    def prior_periods(self) -> list[Period]:
        """The rows that the current unit has to confirm (A32)."""
        return [one for one in self.periods if not one.is_current]

    @property
    def supervisor_ids(self) -> list[UUID]:
        """Every supervisor picked from a roster, once."""
        picked = (one.supervisor_id for period in self.periods for one in period.supervisors)
        return list(dict.fromkeys(one for one in picked if one is not None))


CONTENT: Final = TypeAdapter(Content)
"""Built once: reading and writing stored content is on the hot path."""


def normalised(content: Content) -> Content:
    """What the flags exclude is not stored: no upgrade, no certificate numbers (A29)."""
    if content.is_assistant_upgrade:
        return content
    return content.model_copy(update={"assistant": None})
