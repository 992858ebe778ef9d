"""Answers: where a declaration stands, its place in the queue, and the three steps to be registered."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.declaration.api.schemas.differences import WordsView
from services.declaration.api.schemas.drafting import GivenReasonView, StepView, TimelineView, WaitingView
from shared.web.schemas import Body, View


class QueuePositionView(WaitingView):
    """For whom it waits and since when, how many came before, and how long this unit usually takes (the median of its
    last `decided` decisions, in hours; null before any)."""

    ahead: int
    usual_hours: float | None
    decided: int


class LabelledReasonView(GivenReasonView):
    """A reason with what its code says."""

    label: WordsView


class LabelledStepView(StepView):
    """A step with words for what happened and who did it."""

    version: int
    action_words: WordsView
    role_words: WordsView
    labelled_reasons: list[LabelledReasonView]


class ProgressView(TimelineView):
    """All steps in order, and the position while it waits (A39, A43)."""

    position: QueuePositionView | None
    steps: list[LabelledStepView]


class ProgressQuery(Body):
    """How long the caller wants to stay at most, in seconds."""

    seconds: int = Field(3600, ge=1, le=3600)


class LeftView(View):
    """One thing that is left to be done, by the person or by others."""

    code: str
    words: WordsView


class RoadStepView(View):
    """One of the three steps."""

    step: str
    title: WordsView
    state: str
    left: list[LeftView]


class RoadView(View):
    """The three steps in their order (A1). `approved` is true only once the unit has approved the declaration."""

    cycle_id: UUID
    exam_year: int
    declaration_closes_at: datetime
    approved: bool
    steps: list[RoadStepView]
