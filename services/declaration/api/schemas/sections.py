"""Answers while a draft is filled in section by section."""

from datetime import datetime
from uuid import UUID

from services.declaration.api.schemas.drafting import MissingView, ProblemView
from services.declaration.domain.sections import SectionState
from shared.web.schemas import View


class SectionSavedView(View):
    """The version after the save; sections that changed elsewhere since the version it was made from are to be read
    again."""

    id: UUID
    section: str
    version: int
    changed_meanwhile: list[str]


class TaskView(View):
    """One section of the form: where it stands, when it was changed last, what it lacks, and until when (exclusive).
    What stands beside the form, `choice` and `reasons`, is there while something is missing in it."""

    section: str
    state: SectionState
    version: int | None
    saved_at: datetime | None
    due_at: datetime
    problems: list[ProblemView]


class TasksView(View):
    """What is left to do. `ready` when everything may be handed in; `blocked_by` when nothing can be judged yet."""

    id: UUID
    state: str
    version: int
    ready: bool
    due_at: datetime
    blocked_by: MissingView | None
    sections: list[TaskView]
