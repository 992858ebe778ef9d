"""Where institutions stand in a year, as the exam bodies above them supervise it (B7, B8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.institution.domain.binding import CycleEnd
from services.institution.domain.exam_body import Level
from services.institution.domain.institution import Institution
from shared.clock import SHANGHAI

Standing = Literal["not_activated", "profile_incomplete", "suspended", "no_record", "not_filed", "filed"]
"""Each institution of the library has exactly one. no_record: nobody handed a declaration in; not_filed: somebody did,
and none is filed yet; filed: somebody is, or there is nobody and the nil return was accepted."""

RequiredField = Literal[
    "legal_representative",
    "probation_officer",
    "probation_officer_phone",
    "address",
    "grade",
    "departments",
    "physicians",
    "registration_no",
    "licence_valid_from",
    "licence_valid_to",
    "credit_code",
    "licence_image",
]
"""What the completeness report counts where it is missing (B9)."""


@dataclass(frozen=True, slots=True)
class BodyStandings:
    """How many institutions stand where, of one body with all below it, or of what files with the caller itself."""

    body_id: UUID
    name: str
    level: Level
    counts: dict[Standing, int]


@dataclass(frozen=True, slots=True)
class BodyCompleteness:
    """How complete a body's part of the library is; `missing` per required field, `licence_ended`: it ran out."""

    body_id: UUID
    name: str
    level: Level
    institutions: int
    complete: int
    licence_ended: int
    missing: dict[str, int]


@dataclass(frozen=True, slots=True)
class SupervisedInstitution:
    """One line of the supervision list; whether its people are named is known, who they are is not looked at."""

    institution: Institution
    standing: Standing
    records: int
    approved: int
    filed: int
    body_name: str | None
    lacks: tuple[RequiredField, ...]

    def missing(self) -> list[str]:
        """Pointers of the required fields that are empty (B9)."""
        return [f"/{name}" for name in self.lacks]


def exam_year(now: datetime, end: CycleEnd) -> int:
    """The exam year that is being prepared: next year's, once this year's cycle is over."""
    year = now.astimezone(SHANGHAI).year
    return year + 1 if end.passed(year, now) else year
