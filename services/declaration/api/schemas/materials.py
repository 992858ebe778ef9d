"""What each kind of applicant hands in."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from services.declaration.domain.cycle import CycleDates
from services.declaration.domain.materials import Material
from shared.web.schemas import Body, View


class MaterialsQuery(Body):
    """One kind of applicant; all without."""

    applicant_kind: (
        Literal[
            "ordinary",
            "fresh_graduate",
            "assistant_upgrade",
            "several_institutions",
            "military",
            "hk_macau_taiwan",
            "foreign",
            "apprenticeship_or_expertise",
        ]
        | None
    ) = None


class MaterialView(View):
    """One thing to hand in, by whom and until when by the zone's dates (exclusive)."""

    applicant_kind: str
    code: str
    document_kind: str | None = Field(description="what it is uploaded as; null where it is not uploaded here")
    provided_by: str
    due: str
    due_at: datetime
    name_zh: str
    name_en: str

    @classmethod
    def of(cls, one: Material, dates: CycleDates) -> Self:
        """From the row and the dates of its exam year."""
        return cls(
            applicant_kind=one.applicant_kind,
            code=one.code,
            document_kind=one.document_kind,
            provided_by=one.provided_by,
            due=one.due,
            due_at=_due_at(one, dates),
            name_zh=one.name_zh,
            name_en=one.name_en,
        )


class MaterialsView(View):
    """The whole table: bounded, hence without pages."""

    items: list[MaterialView]


def _due_at(one: Material, dates: CycleDates) -> datetime:
    return {
        "submission": dates.declaration_closes_at,
        "review": dates.review_deadline,
        "registration": dates.filing_deadline,
        "completion": dates.completion_deadline,
    }[one.due]
