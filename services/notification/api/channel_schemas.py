"""Bodies and answers about channels: what a person chose, and the consents to WeChat messages."""

from typing import Literal

from pydantic import Field

from services.notification.domain.place import Category
from shared.web.schemas import Body, View


class PreferenceView(View):
    """The channels of one category; the inbox always has the notice."""

    category: Category
    wechat: bool
    sms: bool
    email: bool
    changeable: bool = Field(description="false where the notices can not be switched off")


class PreferencesView(View):
    """All categories."""

    preferences: list[PreferenceView]


class PreferenceBody(Body):
    """A choice for one category."""

    category: Category
    wechat: bool
    sms: bool
    email: bool


class ConsentAnswer(Body):
    """What wx.requestSubscribeMessage returned for one template."""

    template_id: str = Field(min_length=1, max_length=100)
    answer: Literal["accept", "reject", "ban", "filter"]


class ConsentsBody(Body):
    """The answers of one request; WeChat asks for at most three templates at a time."""

    answers: list[ConsentAnswer] = Field(min_length=1, max_length=3)


class ConsentView(View):
    """How many messages of a template may still go."""

    template_id: str
    remaining: int


class ConsentsView(View):
    """All templates in use."""

    consents: list[ConsentView]
