"""Answers of this service."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.notification.domain.place import Category
from shared.web.schemas import Body, PageQuery, View


class LinkView(View):
    """A thing to open: the kind says which page, the id which thing. Not every kind of thing stays for ever: a page may
    answer that it is not found."""

    kind: str = Field(description="e.g. declaration, binding, evaluation, list, institution, account, cycle")
    id: UUID


class MessageView(View):
    """One message of the inbox, in the caller's language."""

    id: str
    kind: str = Field(description="template key, e.g. approved")
    category: str = Field(description="one of account, binding, institution, declaration, evaluation, filing, ...")
    title: str
    body: str
    link: LinkView | None = Field(description="what it opens; null where there is nothing to open")
    created_at: AwareDatetime
    read_at: AwareDatetime | None


class MessageQuery(PageQuery):
    """Filters of the inbox."""

    unread: bool = False
    category: Category | None = None
    title: str | None = Field(None, min_length=1, max_length=40, description="part of a title, in either language")
    about: UUID | None = Field(None, description="only what opens this thing: the id of a link")


class ReadingQuery(Body):
    """Which messages are marked as read; all without a category."""

    category: Category | None = None


class WatchQuery(Body):
    """How long the caller wants to stay at most, in seconds."""

    seconds: int = Field(3600, ge=1, le=3600)


class CategoryCount(View):
    """How many messages of a category wait."""

    category: str
    title: str
    unread: int


class UnreadView(View):
    """How many messages wait, in all and per category."""

    unread: int
    categories: list[CategoryCount]


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
