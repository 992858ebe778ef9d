"""Steps in the life of an institution that an exam body takes (4.2)."""

from uuid import UUID

from pydantic import Field

from services.institution.api.schemas.applications import ReasonBody, StepView
from shared.web.schemas import View


class MergeBody(ReasonBody):
    """What it is merged into, and why."""

    successor_id: UUID


class LifeView(View):
    """The way an institution came, and what it was merged into."""

    institution_id: UUID
    successor_id: UUID | None = Field(description="whose former name its name is now")
    steps: list[StepView]
