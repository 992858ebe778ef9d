"""Exam bodies and divisions."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.institution.api.schemas.values import BodyCode, DivisionCode, OrganisationName, PersonName, SearchText
from services.institution.domain.division import Division
from services.institution.domain.exam_body import ExamBody, ExamBodyState, Level, Territory
from shared.web.schemas import Body, PageQuery, Phone, View


class InvitedPerson(Body):
    """Who is to be invited; passed on sealed, not kept."""

    name: PersonName
    phone: Phone


class ExamBodyBody(Body):
    """A new exam body with its administrator (B4). Without divisions it shares those of the body above."""

    name: OrganisationName
    level: Literal["site", "point"]
    parent_id: UUID
    code: BodyCode
    division_codes: list[DivisionCode] = Field(default_factory=list, max_length=200)
    admin: InvitedPerson


class ExamBodyQuery(PageQuery):
    """Filters of the list."""

    q: SearchText | None = None
    level: Level | None = None
    state: ExamBodyState | None = None


class ExamBodyView(View):
    """A node of the tree; `path` runs from the zone to the body."""

    id: UUID
    version: int
    level: Level
    parent_id: UUID | None
    path: list[UUID]
    code: str
    name: str
    state: ExamBodyState
    successor_id: UUID | None
    division_codes: list[str]

    @classmethod
    def of(cls, body: ExamBody, division_codes: list[str]) -> "ExamBodyView":
        """From the entity."""
        return cls(
            id=body.id,
            version=body.version,
            level=body.level,
            parent_id=body.parent_id,
            path=list(body.path),
            code=body.code,
            name=body.name,
            state=body.state,
            successor_id=body.successor_id,
            division_codes=division_codes,
        )

    @classmethod
    def of_territory(cls, territory: Territory) -> "ExamBodyView":
        """From the entity with its divisions."""
        return cls.of(territory.body, list(territory.division_codes))


class DivisionQuery(Body):
    """Whose divisions; without a parent the provinces."""

    parent: DivisionCode | None = None


class DivisionView(View):
    """A division, of today or former; a former code names its successor, because certificates still carry it (5.8)."""

    code: str
    name: str
    level: str
    parent_code: str | None
    statistical: bool
    current: bool
    valid_from: date | None
    valid_to: date | None
    successor_code: str | None

    @classmethod
    def of(cls, division: Division) -> "DivisionView":
        """From the entity."""
        return cls(**{name: getattr(division, name) for name in cls.model_fields})


class DivisionsView(View):
    """All divisions right below one."""

    items: list[DivisionView]
