"""Bodies and answers about the terms of a year and about bans."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.declaration.domain.eligibility_terms import EligibilityTerms
from services.declaration.storage.bans import Ban
from shared.web.schemas import Body, PageQuery, View

Reason = Literal["false_material", "exam_discipline", "organised_cheating", "practice_law"]
Note = Annotated[str, StringConstraints(min_length=2, max_length=1000)]
_DocumentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]


class TermsBody(Body):
    """`practice_cutoff` null: the day the year is completed (R27). Both texts or none (R28)."""

    transitional_secondary: bool
    practice_cutoff: date | None = None
    rural_text_zh: str | None = Field(None, min_length=2, max_length=1000)
    rural_text_en: str | None = Field(None, min_length=2, max_length=1000)

    @model_validator(mode="after")
    def _both_languages(self) -> Self:
        if (self.rural_text_zh is None) != (self.rural_text_en is None):
            raise ValueError("the text is given in both languages or not at all")
        return self

    def terms(self) -> EligibilityTerms:
        """As the domain has them."""
        return EligibilityTerms(
            self.transitional_secondary, self.practice_cutoff, self.rural_text_zh, self.rural_text_en
        )


class TermsView(View):
    """The terms of a year; version 0: the standard ones."""

    transitional_secondary: bool
    practice_cutoff: date | None
    rural_text_zh: str | None
    rural_text_en: str | None
    version: int

    @classmethod
    def of(cls, terms: EligibilityTerms) -> Self:
        """From the domain."""
        return cls(
            transitional_secondary=terms.transitional_secondary,
            practice_cutoff=terms.practice_cutoff,
            rural_text_zh=terms.rural_text_zh,
            rural_text_en=terms.rural_text_en,
            version=terms.version,
        )


class BanBody(Body):
    """A ban; `until` is its last day, null for life (R29)."""

    document_type: _DocumentType
    document_no: str = Field(min_length=4, max_length=40)
    reason_code: Reason
    note: Note
    until: date | None


class LiftingBody(Body):
    """Why a ban is lifted."""

    note: Note


class BanQuery(PageQuery):
    """All, or only those in force, or only the others."""

    in_force: bool | None = None


class BanSearch(BanQuery):
    """Of one person; the number stands in the body, so that no address holds it."""

    document_type: _DocumentType
    document_no: str = Field(min_length=4, max_length=40)


class BanView(View):
    """A ban, masked."""

    id: UUID
    name_masked: str | None
    document_no_masked: str | None
    reason_code: str
    until: date | None
    in_force: bool
    imposed_at: datetime
    lifted_at: datetime | None
    version: int

    @classmethod
    def of(cls, ban: Ban, today: date) -> Self:
        """From the row."""
        return cls(
            id=ban.id,
            name_masked=ban.name_masked,
            document_no_masked=ban.document_no_masked,
            reason_code=ban.reason_code,
            until=ban.until,
            in_force=ban.is_in_force(today),
            imposed_at=ban.imposed_at,
            lifted_at=ban.lifted_at,
            version=ban.version,
        )


class BanDetailView(View):
    """A ban with the notes of the zone."""

    ban: BanView
    note: str
    lift_note: str | None
    version: int


class OwnBanView(View):
    """What a person is told about an own ban."""

    reason_code: str
    until: date | None
    in_force: bool
    imposed_at: datetime
    lifted_at: datetime | None


class OwnBansView(View):
    """One's own, the newest first."""

    items: list[OwnBanView]
