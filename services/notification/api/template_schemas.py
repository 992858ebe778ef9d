"""Bodies and answers about templates and the rule table."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.notification.domain.audience import Audience
from services.notification.domain.template import TemplateContent, Wording
from services.notification.storage.rules import RuleChange, StoredRule
from services.notification.storage.template_drafts import TemplateDraft
from services.notification.storage.templates import TemplateLine, TemplateVersion
from shared.web.schemas import Body, PageQuery, View

Channel = Literal["in_app", "sms", "wechat", "email"]
_Reason = Annotated[str, StringConstraints(min_length=4, max_length=200)]
_Event = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+\.v\d+(:[a-z_]+)?$", max_length=80)]
_Version = Annotated[int, Field(ge=1, le=999_999)]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\d{1,2}$", max_length=30)]
_FieldText = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class WordingBody(Body):
    """One language. Body, subject and WeChat fields may have the placeholders that the template's page lists."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    body: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    email_subject: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    email_body: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None
    wechat_fields: dict[_FieldName, _FieldText] = Field({}, max_length=10)

    def wording(self) -> Wording:
        """As the domain has it."""
        return Wording(self.title, self.body, self.email_subject, dict(self.wechat_fields), self.email_body)


class TemplateBody(Body):
    """A version, complete: both languages are required."""

    zh: WordingBody
    en: WordingBody
    sms_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,60}$")] | None = None
    sms_variables: list[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$")]] = Field([], max_length=5)
    wechat_template_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{10,64}$")] | None = None

    def content(self) -> TemplateContent:
        """As the domain has it."""
        zh, en = self.zh.wording(), self.en.wording()
        return TemplateContent(zh, en, self.sms_code, tuple(self.sms_variables), self.wechat_template_id)


class WordingView(View):
    """One language as it is kept."""

    title: str
    body: str
    email_subject: str | None
    email_body: str | None = Field(description="null: a letter says what `body` says")
    wechat_fields: dict[str, str]


class TemplateContentView(View):
    """A version as it is kept."""

    zh: WordingView
    en: WordingView
    sms_code: str | None
    sms_variables: list[str]
    wechat_template_id: str | None

    @classmethod
    def of(cls, content: TemplateContent) -> Self:
        """From the domain."""
        zh, en = (_wording_view(one) for one in (content.zh, content.en))
        variables = list(content.sms_variables)
        return cls(
            zh=zh,
            en=en,
            sms_code=content.sms_code,
            sms_variables=variables,
            wechat_template_id=content.wechat_template_id,
        )


class TemplateQuery(PageQuery):
    """Filters: an event with or without its case, a channel that a rule of it uses, whether a draft is open, words of
    key or texts."""

    event: _Event | None = None
    channel: Channel | None = None
    state: Literal["draft", "in_force"] | None = None
    q: _Words | None = None


class TemplateLineView(View):
    """One template of the list."""

    key: str
    version: int
    title_zh: str
    title_en: str
    draft_id: UUID | None
    events: list[str]
    channels: list[Channel]

    @classmethod
    def of(cls, line: TemplateLine) -> Self:
        """From the row."""
        channels: list[Channel] = [name for name in _CHANNELS if getattr(line, name)]
        return cls(
            key=line.key,
            version=line.version,
            title_zh=line.title_zh,
            title_en=line.title_en,
            draft_id=line.draft_id,
            events=sorted(line.events),
            channels=channels,
        )


class TemplateVersionView(View):
    """When a version came in force; all null for what came with a release of the software."""

    version: int
    reason: str | None
    activated_by: UUID | None
    activated_at: AwareDatetime | None

    @classmethod
    def of(cls, one: TemplateVersion) -> Self:
        """From the row."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class RuleView(View):
    """One row of the rule table."""

    id: UUID
    event: str = Field(description="event with its case, such as declaration.list_submitted.v1:cancellation")
    audience: Audience
    template_key: str
    channels: list[str]
    waiting: list[str] = Field(
        description="channels that are on and by which nothing goes yet: wechat, until its template has an id"
    )
    version: int

    @classmethod
    def of(cls, rule: StoredRule) -> Self:
        """From the row."""
        channels = list(rule.channels())
        return cls(
            id=rule.id,
            event=rule.event_type,
            audience=rule.audience,
            template_key=rule.template_key,
            channels=channels,
            waiting=["wechat"] if rule.wechat_waits else [],
            version=rule.version,
        )


class TemplateView(View):
    """The version in force, what it may say, the rules that use it, and how it came to be."""

    key: str
    version: int
    content: TemplateContentView
    placeholders: dict[str, str] = Field(description="what the events behind it bring, with invented values")
    rules: list[RuleView]
    versions: list[TemplateVersionView]


class VersionQuery(Body):
    """Another version to compare with; without it the one before."""

    against: _Version | None = None


class TemplateDifferencesView(View):
    """Two versions and the pointers of what differs."""

    key: str
    version: int
    against: int
    fields: list[str]
    before: TemplateContentView
    after: TemplateContentView


class DraftBody(Body):
    """Which version to copy; without it the one in force."""

    from_version: _Version | None = None


class TemplateDraftView(View):
    """A draft; `made_version` is the version it became."""

    id: UUID
    template_key: str
    base_version: int
    state: Literal["open", "activated", "discarded"]
    content: TemplateContentView
    version: int
    made_version: int | None
    changed_by: UUID
    changed_at: AwareDatetime

    @classmethod
    def of(cls, draft: TemplateDraft) -> Self:
        """From the row."""
        plain = {name: getattr(draft, name) for name in cls.model_fields if name != "content"}
        return cls(**plain, content=TemplateContentView.of(draft.content))


class ReasonBody(Body):
    """Why, for those who read the history."""

    reason: _Reason


class ShownView(View):
    """One language as its reader gets it; WeChat fields as they are sent, cut by rule."""

    title: str
    body: str
    email_subject: str | None
    email_body: str | None
    wechat_fields: dict[str, str]


class PreviewView(View):
    """A draft filled with invented values, the SMS as it is registered."""

    zh: ShownView
    en: ShownView
    sms: str | None
    parameters: dict[str, str]


class RuleQuery(PageQuery):
    """Filters: an event with or without its case, an audience, a channel that is on, words of event or template key."""

    event: _Event | None = None
    audience: Audience | None = None
    channel: Channel | None = None
    q: _Words | None = None


class RuleChangeView(View):
    """One change of a rule."""

    version: int
    channels_before: list[str]
    channels_after: list[str]
    reason: str
    changed_by: UUID
    changed_at: AwareDatetime

    @classmethod
    def of(cls, one: RuleChange) -> Self:
        """From the row."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class RuleDetailView(View):
    """A rule with its changes, newest first."""

    rule: RuleView
    changes: list[RuleChangeView]
    version: int


class ChannelsBody(ReasonBody):
    """The channels that are to be on."""

    channels: list[Channel] = Field(max_length=4)


_CHANNELS: tuple[Channel, ...] = ("in_app", "sms", "wechat", "email")


def _wording_view(wording: Wording) -> WordingView:
    return WordingView(
        title=wording.title,
        body=wording.body,
        email_subject=wording.email_subject,
        email_body=wording.email_body,
        wechat_fields=dict(wording.wechat_fields),
    )
