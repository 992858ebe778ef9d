"""An institution's confirmation codes: what each is for, who used it."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.institution.api.schemas.values import Label, LocalTime
from services.institution.domain.confirmation_code import CodeTerms
from services.institution.storage.confirmation_codes import CodeLine, CodeUse, ConfirmationCode
from shared.web.schemas import Body, PageQuery, View

CohortLabel = Annotated[
    str,
    StringConstraints(
        max_length=50, strip_whitespace=True, pattern=r"^[^0-9\x00-\x1f<>]*20[0-9]{2}[^0-9\x00-\x1f<>]*$"
    ),
]


class CodeBody(Body):
    """Another code: what it is called and for whom it is."""

    name: Label
    department: Label | None = None
    cohort: CohortLabel | None = Field(
        None, description="a label with one year in it, like 2026届: who binds states it"
    )
    quota: Annotated[int, Field(ge=1, le=10_000)] | None = None
    expires_at: AwareDatetime | None = None

    def terms(self) -> CodeTerms:
        """As the domain takes it."""
        return CodeTerms(self.name, self.department, self.cohort, self.quota, self.expires_at)


class CodeQuery(PageQuery):
    """Only those in force, or only those that are not."""

    in_force: bool | None = None


class PosterQuery(Body):
    """Of which code the poster is, the main one as a rule, and whether its characters stand on it."""

    code_id: UUID | None = None
    shows_code: bool = False


class CodeUseQuery(PageQuery):
    """A page of those who used a code."""


class CodeLineView(View):
    """A code without its characters; the main one has an empty name."""

    id: UUID
    name: str
    department: str | None
    cohort: str | None
    quota: int | None
    used: int = Field(description="people who ever bound with it")
    created_at: LocalTime
    expires_at: LocalTime | None
    rotated_at: LocalTime | None = Field(description="since when it is out of force")

    @classmethod
    def of(cls, line: CodeLine) -> Self:
        """From the row."""
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class NamedCodeView(View):
    """A code with its characters, to hand to those it is for (A21)."""

    id: UUID
    code: str
    name: str
    department: str | None
    cohort: str | None
    quota: int | None
    created_at: LocalTime
    expires_at: LocalTime | None

    @classmethod
    def of(cls, kept: ConfirmationCode) -> Self:
        """From the opened row."""
        terms = {name: getattr(kept.terms, name) for name in ("name", "department", "cohort", "quota", "expires_at")}
        return cls(id=kept.id, code=kept.code, created_at=kept.created_at, **terms)


class WithdrawnCodeView(View):
    """A code that is out of force."""

    id: UUID


class CodeUseView(View):
    """Somebody who bound with a code, masked."""

    binding_id: UUID
    person_id: UUID
    name_masked: str
    state: str
    bound_at: LocalTime
    ended_at: LocalTime | None

    @classmethod
    def of(cls, use: CodeUse) -> Self:
        """From the row."""
        kept = {name: getattr(use, name) for name in cls.model_fields if name != "binding_id"}
        return cls(binding_id=use.id, **kept)
