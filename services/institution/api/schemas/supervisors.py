"""Supervisors on a roster."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.institution.api.schemas.values import (
    CategoryCode,
    CertificateNo,
    LocalTime,
    PersonName,
)
from services.institution.domain.supervisor import Supervisor
from shared.web.schemas import Body, PageQuery, View

TraineeLimit = Annotated[int, Field(ge=1, le=50)]
TRAINEES = Field(None, description="probationers at the same time; what the zone allows when left out")


class SupervisorQuery(PageQuery):
    """Which lines of a roster."""

    active: bool | None = None


class SupervisorSearch(SupervisorQuery):
    """The same with what names a person: a name or its beginning, a whole practising certificate number."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = None
    practising_certificate_no: CertificateNo | None = None


class SupervisorBody(Body):
    """A new line of the roster; without a category the number's own is taken."""

    name: PersonName
    practising_certificate_no: CertificateNo
    category_code: CategoryCode | None = None
    multi_site: bool = False
    trainee_limit: TraineeLimit | None = TRAINEES


class SupervisorChangeBody(Body):
    """What can be corrected; a wrong name or number is deactivated and listed anew."""

    category_code: CategoryCode
    multi_site: bool
    trainee_limit: TraineeLimit | None = TRAINEES


class SupervisorView(View):
    """A line of the roster, masked."""

    id: UUID
    version: int
    institution_id: UUID
    name_masked: str
    practising_no_masked: str
    category_code: str
    multi_site: bool
    trainee_limit: int
    active: bool
    listed_at: LocalTime
    deactivated_at: LocalTime | None

    @classmethod
    def of(cls, supervisor: Supervisor) -> Self:
        """From the entity."""
        return cls(**{name: getattr(supervisor, name) for name in cls.model_fields})


class ListedSupervisorView(View):
    """The new line; warnings: category_differs, listed_elsewhere."""

    version: int
    supervisor: SupervisorView
    warnings: list[str] = Field(default_factory=list)
