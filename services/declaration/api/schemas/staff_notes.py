"""Bodies and answers about notes among reviewers."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, View


class StaffNoteBody(Body):
    """A note for colleagues."""

    text: str = Field(min_length=1, max_length=1000)


class StaffNoteView(View):
    """One note."""

    id: UUID
    author_id: UUID
    text: str
    written_at: datetime
