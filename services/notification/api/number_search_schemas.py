"""Bodies and answers of searches by a phone number."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.notification.api.delivery_schemas import DeliveryView, ToldView
from shared.web.schemas import PageQuery, Phone, View


class NumberMessagesBody(PageQuery):
    """A whole number; it is looked up by its keyed hash and kept nowhere."""

    phone: Phone


class NumberDeliveriesBody(NumberMessagesBody):
    """The same, in a state and by a channel."""

    state: str | None = Field(None, max_length=20)
    channel: Literal["sms", "wechat", "email"] | None = None


class HolderView(View):
    """An account that has the number now."""

    id: UUID
    kind: Literal["person", "staff"]


class DeliveriesOfNumberView(View):
    """What went to the accounts that have the number, by any channel, and what went to the number itself as long as
    that is kept: codes and invitations too, whose recipient is no account."""

    number: str = Field(description="masked")
    holders: list[HolderView]
    items: list[DeliveryView]
    next_cursor: str | None


class MessagesOfNumberView(View):
    """What these accounts were told in the app."""

    number: str = Field(description="masked")
    holders: list[HolderView]
    items: list[ToldView]
    next_cursor: str | None
