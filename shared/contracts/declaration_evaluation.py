"""What the declaration service tells about evaluations (4.6): judged, waiting, lapsed, voided."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event
from shared.ids import (
    DeclarationId,
    EvaluationId,
    ExamBodyId,
    InstitutionId,
    PersonId,
)


class EvaluationRecorded(Event):
    """The institution said whether the person passed (4.6)."""

    TYPE: ClassVar[str] = "declaration.evaluation_recorded.v1"
    AGGREGATE: ClassVar[str] = "evaluation_id"
    evaluation_id: EvaluationId
    declaration_id: DeclarationId
    person_id: PersonId
    institution_id: InstitutionId
    institution_name: str
    cycle_year: int
    result: Literal["qualified", "unqualified", "provisional"]
    full_year: bool = Field(False, description="the full-year result of a fresh graduate, for the exam body too")
    filing_body_id: ExamBodyId | None = Field(None, description="the exam body with which the unit files")
    number: str = Field("", description="receipt number of the declaration")


class ProbationRegistered(Event):
    """A unit registered when somebody's probation began, before there is a declaration (B17)."""

    TYPE: ClassVar[str] = "declaration.probation_registered.v1"
    AGGREGATE: ClassVar[str] = "evaluation_id"
    evaluation_id: EvaluationId
    person_id: PersonId
    institution_id: InstitutionId
    institution_name: str
    started_on: date


class EvaluationsWaiting(Event):
    """What evaluations need at a unit (4.6, P12). `due`: so many can be evaluated now. `full_year`: so many fresh
    graduates lack the full year that ends in `days` days; of both one event per unit and day. `lapsed`: so many more
    were not completed in time and do not count any more; each person is counted in one event."""

    TYPE: ClassVar[str] = "declaration.evaluations_waiting.v1"
    AGGREGATE: ClassVar[str] = "digest_id"
    digest_id: UUID
    step: Literal["due", "full_year", "lapsed"]
    institution_id: InstitutionId
    institution_name: str
    filing_body_id: ExamBodyId
    cycle_year: int | None = Field(description="None for `due`, which is not of one exam year")
    waiting: int = Field(ge=1)
    days: int = Field(ge=0, description="whole days until the last day for the full year; 0 for other steps")


class EvaluationEvent(Event):
    """What all events about one evaluated person carry; `aggregate_version` is the evaluation's."""

    AGGREGATE: ClassVar[str] = "evaluation_id"
    evaluation_id: EvaluationId
    declaration_id: DeclarationId
    person_id: PersonId
    institution_id: InstitutionId
    institution_name: str
    cycle_year: int
    number: str


class FullYearReminded(EvaluationEvent):
    """The full-year result is missing and its last day comes nearer; for the candidate (P12)."""

    TYPE: ClassVar[str] = "declaration.full_year_reminded.v1"
    step: int = Field(ge=0, description="the reminder it is, in days before the last day")
    days: int = Field(ge=0, description="whole days that are left")


class FullYearLapsed(EvaluationEvent):
    """The last day passed without a full-year result: the provisional certificate is worth nothing any more (4.6)."""

    TYPE: ClassVar[str] = "declaration.full_year_lapsed.v1"


class EvaluationVoided(EvaluationEvent):
    """A certificate was voided, by the unit before filing, by an exam body afterwards (4.6)."""

    TYPE: ClassVar[str] = "declaration.evaluation_voided.v1"
    by: Literal["unit", "exam_body"]
    outcome: Literal["reopened", "revoked"]
    reason_code: str
