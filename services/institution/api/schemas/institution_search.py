"""The search of institutions: what is asked, what a hit tells, what is said when there is none."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.institution.api.schemas.values import DivisionCode, SearchText
from services.institution.domain.exam_body import Level
from services.institution.domain.search_ranking import NAME_SOUND, OTHER_SOUND
from services.institution.storage.institution_search import FoundInstitution
from shared.masking import mask_document_no
from shared.web.cursors import Page
from shared.web.schemas import PageQuery, View

NextStep = Literal["type_more", "register_institution"]


class SearchQuery(PageQuery):
    """Any part of a name, two characters or more, or its pinyin; areas are provinces, prefectures or counties."""

    q: SearchText
    division: DivisionCode | None = Field(None, description="nothing outside this area")
    near: DivisionCode | None = Field(None, description="of matches equally good, those in this area first")
    limit: int = Field(20, ge=1, le=50)
    cursor: str | None = Field(None, max_length=700)


class MatchedView(View):
    """Why an institution is among the hits (P3)."""

    kind: Literal["name", "alias", "former"]
    name: str = Field(description="the name that was met: the present one, another one, a former one")
    by_sound: bool = Field(description="whether pinyin or initials of it were met")


class FoundInstitutionView(View):
    """What helps to tell similar names apart (P3)."""

    id: UUID
    name: str
    former_names: list[str]
    matched: MatchedView
    institution_type: str
    grade: str | None
    division_code: str
    division_name: str
    area: str = Field(description="province, prefecture and county in one")
    registration_no_masked: str | None
    state: str

    @classmethod
    def of(cls, found: FoundInstitution) -> "FoundInstitutionView":
        """From the hit."""
        same = {name: getattr(found, name) for name in cls.model_fields if hasattr(found, name)}
        return cls.model_validate(
            {
                **same,
                "registration_no_masked": found.registration_no and mask_document_no(found.registration_no),
                "matched": MatchedView(
                    kind=found.other_kind or "name",
                    name=found.other_name or found.name,
                    by_sound=found.rank.via in (NAME_SOUND, OTHER_SOUND),
                ),
            }
        )


class NothingFoundView(View):
    """What to do when the unit is not in the library (A20, P4)."""

    explanation: str
    next_step: NextStep
    exam_body_name: str | None = Field(description="of the area asked for, or of the nearest one above")
    exam_body_level: Level | None
    exam_body_id: UUID | None
    exam_body_phone: str | None = Field(description="where one may ring: of that body, or of one above it")


class SearchView(Page[FoundInstitutionView]):
    """A page of hits, best first; `nothing_found` when there is none at all."""

    nothing_found: NothingFoundView | None = None
