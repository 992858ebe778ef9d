"""What notification tells the others: its audit anchors, which events it missed, and notices for decision packets.
Sealed fields open with the class in their comment."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.audit import AuditAnchored
from shared.contracts.event import Event, Sealed
from shared.contracts.reconciling import SetDiffers


class NotificationAuditAnchored(AuditAnchored):
    """The heads of notification's audit chain, kept by declaration (V63)."""

    TYPE: ClassVar[str] = "notification.audit_anchored.v1"


class NotificationSetDiffers(SetDiffers):
    """Notification missed events; their producer sends them again, to it alone (M11)."""

    TYPE: ClassVar[str] = "notification.set_differs.v1"


class PacketNoticesTold(Event):
    """A part of the notices that a decision packet asked for; `aggregate_version` is its number (C6)."""

    TYPE: ClassVar[str] = "notification.packet_notices_told.v1"
    AGGREGATE: ClassVar[str] = "packet_id"
    packet_id: UUID
    part: int = Field(ge=1)
    parts: int = Field(ge=1)
    notices: Sealed  # told_notice, at "<type>.notices:<packet_id>/<part>"; a ToldNotices as JSON


class ToldChannel(BaseModel):
    """One way besides the inbox by which a notice went, and what became of it; times of this channel."""

    model_config = ConfigDict(frozen=True)
    channel: str
    state: str
    code: str | None = Field(description="the provider's, or ours where it failed")
    sent_again: bool = Field(description="by a person who runs the platform")
    created_at: AwareDatetime
    sent_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    settled_at: AwareDatetime | None


class ToldNotice(BaseModel):
    """A message in an inbox. `body` is None, and `purged_at` says since when, where the time of its content is over."""

    model_config = ConfigDict(frozen=True)
    event_id: UUID
    event_type: str | None = Field(description="None for one older than the keeping of types")
    recipient: Literal["candidate", "staff"]
    recipient_id: UUID
    template_key: str
    template_version: int
    language: str
    title: str
    body: str | None
    purged_at: AwareDatetime | None
    created_at: AwareDatetime
    read_at: AwareDatetime | None
    channels: list[ToldChannel]


class ToldNotices(BaseModel):
    """The clear content of PacketNoticesTold.notices, oldest first."""

    model_config = ConfigDict(frozen=True)
    notices: list[ToldNotice]
