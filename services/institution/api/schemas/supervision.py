"""What exam bodies see of the jurisdiction they supervise (B7, B8)."""

from typing import get_args
from uuid import UUID

from pydantic import Field

from services.institution.api.schemas.values import LocalTime
from services.institution.domain.exam_body import Level
from services.institution.domain.institution_life import InstitutionState
from services.institution.domain.supervised import (
    BodyCompleteness,
    BodyStandings,
    RequiredField,
    Standing,
    SupervisedInstitution,
)
from shared.web.schemas import Body, PageQuery, View


class StandingsQuery(Body):
    """Of which exam year, the one being prepared when left out; of which body, the caller's own when left out."""

    cycle_year: int | None = Field(None, ge=2017, le=2100)
    body_id: UUID | None = None


class CompletenessQuery(Body):
    """Of which body; the caller's own when left out."""

    body_id: UUID | None = None


class InstitutionFilter(Body):
    """Institutions that stand there; `body_id` narrows to one body with all below it, `direct` to what files with that
    body itself, `lacking` to those where that field is empty, `licence_ended` to those whose licence ran out: so each
    number of the dashboard and of the completeness report opens its list."""

    standing: Standing | None = None
    lacking: RequiredField | None = None
    licence_ended: bool = False
    cycle_year: int | None = Field(None, ge=2017, le=2100)
    body_id: UUID | None = None
    direct: bool = False


class SupervisionQuery(InstitutionFilter, PageQuery):
    """GET /supervision/institutions."""


class BodyStandingsView(View):
    """Counts of one body with all below it; the line of the asked body itself counts what files with it directly."""

    body_id: UUID
    name: str
    level: Level
    institutions: int
    counts: dict[str, int] = Field(description="per standing, each named, also where nobody stands")

    @classmethod
    def of(cls, line: BodyStandings) -> "BodyStandingsView":
        """From the counts."""
        counts = {standing: line.counts.get(standing, 0) for standing in get_args(Standing)}
        return cls(
            body_id=line.body_id, name=line.name, level=line.level, institutions=sum(counts.values()), counts=counts
        )


class StandingsView(View):
    """The dashboard of a jurisdiction (B8)."""

    cycle_year: int
    bodies: list[BodyStandingsView]


class SupervisedView(View):
    """One institution with where it stands, and what is missing in its profile (B9)."""

    id: UUID
    version: int
    state: InstitutionState
    standing: Standing
    name: str
    division_code: str
    filing_body_id: UUID
    state_changed_at: LocalTime
    records: int
    approved: int
    filed: int
    missing: list[str]

    @classmethod
    def of(cls, line: SupervisedInstitution) -> "SupervisedView":
        """From the row."""
        one = line.institution
        return cls(
            id=one.id,
            version=one.version,
            state=one.state,
            standing=line.standing,
            name=one.name,
            division_code=one.division_code,
            filing_body_id=one.filing_body_id,
            state_changed_at=one.state_changed_at,
            records=line.records,
            approved=line.approved,
            filed=line.filed,
            missing=line.missing(),
        )


class BodyCompletenessView(View):
    """How complete one body's part of the library is (B7)."""

    body_id: UUID
    name: str
    level: Level
    institutions: int
    complete: int
    licence_ended: int
    missing: dict[str, int] = Field(description="per required field, how many institutions lack it")

    @classmethod
    def of(cls, line: BodyCompleteness) -> "BodyCompletenessView":
        """From the counts."""
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class CompletenessView(View):
    """The completeness report of a jurisdiction (B7)."""

    bodies: list[BodyCompletenessView]
