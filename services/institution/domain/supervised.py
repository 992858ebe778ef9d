"""Where institutions stand in a year, as the exam bodies above them supervise it (B7, B8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.institution.domain.binding import CycleEnd
from services.institution.domain.exam_body import Level
from services.institution.domain.institution import Institution
from services.institution.domain.profile import Profile, missing_fields
from shared.clock import SHANGHAI

Standing = Literal["not_activated", "profile_incomplete", "suspended", "no_record", "not_filed", "filed"]
"""Each institution of the library has exactly one. no_record: nobody handed a declaration in; not_filed: somebody did,
and none is filed yet."""

_PRESENT: Final = "*"


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
    has_legal_representative: bool
    has_probation_officer: bool
    has_probation_officer_phone: bool

    def missing(self) -> list[str]:
        """Pointers of the required fields that are empty (B9)."""
        one = self.institution
        profile = Profile(
            legal_representative=_PRESENT if self.has_legal_representative else None,
            probation_officer=_PRESENT if self.has_probation_officer else None,
            probation_officer_phone=_PRESENT if self.has_probation_officer_phone else None,
            address=one.address,
            credit_code=one.credit_code,
            registration_no=one.registration_no,
            licence_valid_from=one.licence_valid_from,
            licence_valid_to=one.licence_valid_to,
            grade=one.grade,
            ownership=one.ownership,
            departments=one.departments,
            physicians=one.physicians,
        )
        return [problem.pointer for problem in missing_fields(profile, one.institution_type)]


def exam_year(now: datetime, end: CycleEnd) -> int:
    """The exam year that is being prepared: next year's, once this year's cycle is over."""
    year = now.astimezone(SHANGHAI).year
    return year + 1 if end.passed(year, now) else year
