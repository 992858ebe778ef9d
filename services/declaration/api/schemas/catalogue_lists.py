"""The lists of an exam year as the zone reads and writes them: what is read can be changed and sent back."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from services.declaration.domain.catalogue import Catalogue, Category, DocumentKind
from services.declaration.domain.catalogue_lists import CatalogueLists
from services.declaration.domain.materials import Material
from shared.web.schemas import Body, View

Name = Annotated[str, Field(min_length=1, max_length=100)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class CategoryEntry(Body):
    """One category; `offered` ones can be declared for while they are valid."""

    code: str = Field(pattern=r"^\d{3}$")
    exam_level: Literal["licensed_physician", "assistant_physician"]
    route: Literal["prescribed_education", "apprenticeship_or_expertise"]
    family: Word
    name_zh: Name
    name_en: Name
    valid_from: date
    valid_to: date | None = None
    numbering: Literal["old", "current"] = "current"
    offered: bool = True


class DocumentKindEntry(Body):
    """One kind of file."""

    kind: Word
    name_zh: Name
    name_en: Name
    most: int = Field(ge=1, le=50)
    per_period: bool = False
    template: str | None = Field(None, pattern=r"^[a-z_]{1,60}\.pdf$")


class MaterialEntry(Body):
    """One thing that a kind of applicant hands in."""

    applicant_kind: Word
    code: Word
    document_kind: Word | None = None
    provided_by: Literal["candidate", "unit"]
    due: Literal["submission", "review", "registration", "completion"]
    name_zh: Name
    name_en: Name


class CatalogueListsBody(Body):
    """All lists of the year as they shall be from now on, and why."""

    reason: str = Field(min_length=2, max_length=200)
    categories: list[CategoryEntry] = Field(min_length=1, max_length=200)
    document_kinds: list[DocumentKindEntry] = Field(min_length=1, max_length=60)
    materials: list[MaterialEntry] = Field(max_length=100)
    supervisors: dict[Word, list[Word]] = Field(max_length=40, description="family -> families who may guide it")

    def lists(self) -> CatalogueLists:
        """As the domain knows them."""
        return CatalogueLists(
            tuple(Category(**one.model_dump()) for one in self.categories),
            tuple(DocumentKind(**one.model_dump()) for one in self.document_kinds),
            tuple(Material(**one.model_dump()) for one in self.materials),
            {family: frozenset(guides) for family, guides in self.supervisors.items()},
        )


class CatalogueListsView(View):
    """The lists that hold now; `version` is the cycle's, to be sent in If-Match."""

    cycle_id: UUID
    version: int
    catalogue_version: int
    categories: list[CategoryEntry]
    document_kinds: list[DocumentKindEntry]
    materials: list[MaterialEntry]
    supervisors: dict[str, list[str]]

    @classmethod
    def of(cls, cycle_id: UUID, version: int, catalogue: Catalogue, materials: list[Material]) -> Self:
        """From the catalogue version."""
        return cls(
            cycle_id=cycle_id,
            version=version,
            catalogue_version=catalogue.version,
            categories=[CategoryEntry.model_validate(one, from_attributes=True) for one in catalogue.categories],
            document_kinds=[
                DocumentKindEntry.model_validate(one, from_attributes=True) for one in catalogue.document_kinds.values()
            ],
            materials=[MaterialEntry.model_validate(one, from_attributes=True) for one in materials],
            supervisors={family: sorted(guides) for family, guides in catalogue.compatible.items()},
        )
