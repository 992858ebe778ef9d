"""Bodies and answers around records that an institution enters (B3)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.declaration.api.schemas.drafting import StartBody
from services.declaration.api.schemas.reviews import ChangeView
from services.declaration.domain.content import Content
from shared.web.schemas import Body, PageQuery, View

EntryState = Literal["waiting", "confirmed", "declined"]


class EntryBody(StartBody):
    """What an institution knows of a person bound to it; the content may be incomplete."""

    person_id: UUID
    content: Content = Field(default_factory=Content)


class EntryQuery(PageQuery):
    """Which entries to list; `entered_before` finds those that have waited since then or longer."""

    cycle_id: UUID | None = None
    state: EntryState | None = None
    entered_before: AwareDatetime | None = None


class EntrySearch(EntryQuery):
    """The same with a whole name or document number, which may not stand in an address."""

    q: str | None = Field(None, min_length=2, max_length=40)


class DecliningBody(Body):
    """Why the entry is not taken over."""

    reason_code: Literal["not_my_probation", "data_wrong", "declares_alone", "other"]
    text: str = Field("", max_length=500)


class EntryView(View):
    """One entry. `waiting_since` while the person has neither confirmed nor declined it."""

    declaration_id: UUID
    state: EntryState
    cycle_id: UUID
    cycle_year: int
    exam_level: str
    exam_category_code: str
    route: str
    name_masked: str | None
    document_no_masked: str | None
    entered_by: UUID
    entered_at: datetime
    waiting_since: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    decline_code: str | None


class EnteredView(View):
    """What was entered, and what the person said when declining it."""

    entry: EntryView
    content: Content
    decline_text: str | None


class OwnEntryView(View):
    """Who entered what for the caller, and what the draft says differently by now (B3)."""

    state: EntryState
    institution_id: UUID
    institution_name: str
    entered_at: datetime
    content: Content
    changes: list[ChangeView]
    version: int


class EntryMadeView(View):
    """The draft that now waits for the person."""

    declaration_id: UUID
    state: EntryState
    version: int
