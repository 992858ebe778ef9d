"""Answers of this service."""

from pydantic import AwareDatetime, Field

from shared.web.schemas import PageQuery, View


class MessageView(View):
    """One message of the inbox, in the caller's language."""

    id: str
    kind: str = Field(description="template key, e.g. approved")
    title: str
    body: str
    created_at: AwareDatetime
    read_at: AwareDatetime | None


class MessageQuery(PageQuery):
    """Filters of the inbox."""

    unread: bool = False


class UnreadView(View):
    """How many messages wait."""

    unread: int


class MarkedView(View):
    """How many messages were marked."""

    marked: int


class ChannelCount(View):
    """Deliveries of one channel in one state."""

    channel: str
    state: str
    count: int


class StatisticsView(View):
    """Deliveries since a moment."""

    since: AwareDatetime
    channels: list[ChannelCount]
