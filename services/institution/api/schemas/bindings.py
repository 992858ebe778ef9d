"""Bindings, requests for one, and their preview."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.institution.api.schemas.values import Label, LocalTime, TypedCode
from services.institution.domain.binding import Binding
from services.institution.domain.binding_request import RefusalReason
from services.institution.domain.code_audience import StatedPlace, year_of_cohort
from services.institution.use_cases.bindings.preview_binding import BindingPreview
from shared.web.schemas import Body, View


class CodeEntryBody(Body):
    """An institution and its confirmation code, as typed, and where the person works there: asked for by codes that
    are for a department or a cohort, as the preview says."""

    institution_id: UUID
    code: TypedCode
    department: Label | None = None
    cohort_year: Annotated[int, Field(ge=2000, le=2099)] | None = None

    def stated(self) -> StatedPlace:
        """As the domain takes it."""
        return StatedPlace(self.department, self.cohort_year)


class BindingPreviewView(View):
    """The institution as the confirm page shows it (P3)."""

    institution_id: UUID
    name: str
    institution_type: str
    grade: str | None
    division_code: str
    division_name: str
    address: str | None
    registration_no: str | None
    former_names: list[str]
    probation_officer_masked: str | None
    licence_valid_to: date | None
    department: str | None = Field(description="the department that the typed code is for")
    cohort: str | None = Field(description="the cohort that the typed code is for")
    cohort_year: int | None = Field(description="the year of that cohort, to be stated when binding")

    @classmethod
    def of(cls, preview: BindingPreview) -> "BindingPreviewView":
        """From what the use case found."""
        institution = preview.institution
        return cls(
            institution_id=institution.id,
            name=institution.name,
            institution_type=institution.institution_type,
            grade=institution.grade,
            division_code=institution.division_code,
            division_name=preview.division_name,
            address=institution.address,
            registration_no=institution.registration_no,
            former_names=preview.former_names,
            probation_officer_masked=preview.probation_officer_masked,
            licence_valid_to=institution.licence_valid_to,
            department=preview.terms.department,
            cohort=preview.terms.cohort,
            cohort_year=year_of_cohort(preview.terms.cohort),
        )


class BindingView(View):
    """A binding or request with its dates. `since` is earlier than `bound_at` where it continues another binding;
    `end_event` and `end_reason` say how it ended."""

    id: UUID
    version: int
    institution_id: UUID
    institution_name: str
    state: str
    requested_at: LocalTime | None
    bound_at: LocalTime | None
    since: LocalTime | None
    ended_at: LocalTime | None
    ended_by: str | None
    end_event: str | None
    end_reason: str | None
    probation_started_on: date | None
    probation_recorded_at: LocalTime | None
    probation_recorded_by: str | None
    department: str | None = Field(description="as the person stated it when binding")
    cohort_year: int | None = Field(description="as the person stated it when binding")

    @classmethod
    def of(cls, binding: Binding) -> Self:
        """From the entity."""
        values = {name: getattr(binding, name) for name in cls.model_fields}
        return cls(**{**values, "since": binding.since or binding.bound_at})


class CurrentBindingView(View):
    """The binding in force, or null; frozen means: the unit was suspended or closed, change it."""

    binding: BindingView | None


class BindingRequestBody(Body):
    """The institution that is asked."""

    institution_id: UUID


class RefusalBody(Body):
    """Why a request is refused; the person sees it."""

    reason: RefusalReason


class ProbationStartBody(Body):
    """When the probation began, or will."""

    started_on: date


class ReleaseBody(Body):
    """Why a person is released."""

    reason: Annotated[str, StringConstraints(min_length=2, max_length=200)]
