"""What people who run the platform see of messages and deliveries: ids, codes and figures, never a number."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.notification.api.schemas import MessageView
from services.notification.domain.resending import ResendReason
from shared.web.schemas import Body, PageQuery, View


class ToldQuery(PageQuery):
    """Whose, or because of what: exactly one of both."""

    recipient_id: UUID | None = Field(None, description="a person or a staff account")
    event_id: UUID | None = None


class DeliveryQuery(ToldQuery):
    """The same, in a state and by a channel."""

    state: str | None = Field(None, max_length=20)
    channel: Literal["sms", "wechat", "email"] | None = None


class ToldView(View):
    """A message in somebody's inbox."""

    recipient_id: UUID
    event_id: UUID
    message: MessageView


class DeliveryView(View):
    """One text, letter or notice that left the platform, or was to."""

    id: UUID
    event_id: UUID
    event_type: str
    recipient_id: UUID
    channel: str
    kind: str = Field(description="template key")
    title: str
    state: str
    attempts: int
    provider_id: str | None = Field(description="the provider's own id of it")
    outcome_code: str | None = Field(description="the provider's last answer")
    advice: str | None = Field(description="what to do where it did not arrive, in the caller's language")
    created_at: AwareDatetime
    settled_at: AwareDatetime | None
    resend_of: UUID | None = Field(
        description="the first delivery of the notice, where this one was sent again by hand"
    )
    resend_reason: str | None


class StepView(View):
    """One change; times are those of the database."""

    state: str
    outcome_code: str | None
    attempts: int
    at: AwareDatetime


class DeliveryHistoryView(DeliveryView):
    """A delivery with every step since it was made."""

    steps: list[StepView]


class ResendBody(Body):
    """Why it goes again."""

    reason: ResendReason


class SpanQuery(Body):
    """Days of Shanghai, both counted; without them the last seven."""

    first: date | None = None
    last: date | None = None


class FiguresView(View):
    """Shares are of what was made, 0 to 1; seconds are from the event to the hand-over."""

    channel: str
    provider: str | None
    made: int
    handed: int
    delivered: int
    failed: int
    unknown: int
    handed_share: float
    delivered_share: float
    failed_share: float
    unknown_share: float
    seconds_p50: float | None
    seconds_p99: float | None


class DayFiguresView(FiguresView):
    """Of one day and template."""

    day: date
    kind: str


class DeliveryFiguresView(View):
    """The whole span per channel and provider, and its days, newest first."""

    since: AwareDatetime
    until: AwareDatetime
    channels: list[FiguresView]
    days: list[DayFiguresView]
