"""A message template: what it says in both languages and by each channel, and what must be true of that."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from services.notification.domain.placeholders import PlaceholderMalformed, placeholders
from services.notification.domain.wechat_fields import KINDS, FieldUnfit, fitted
from shared.errors import FieldProblem

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_BUT_LINES: Final = re.compile(_CONTROL.pattern.replace(r"\x00-\x1f", r"\x00-\x09\x0b-\x1f"))
_PERSONAL: Final = frozenset({"name", "phone_number", "car_number"})
"""Kinds of WeChat fields for personal data, of which a message holds none."""
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. `body`, `email_subject`, `email_body` and the values of `wechat_fields` may have {placeholders}. A
    letter without a body of its own says what `body` says."""

    title: str
    body: str
    email_subject: str | None
    wechat_fields: Mapping[str, str]
    email_body: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """One version, complete."""

    zh: Wording
    en: Wording
    sms_code: str | None
    sms_variables: tuple[str, ...]
    wechat_template_id: str | None

    def wording(self, language: Language) -> Wording:
        """One language of it."""
        return self.zh if language == "zh" else self.en

    def says_by(self) -> frozenset[str]:
        """The channels, besides the app, by which it says something; WeChat also while its template has no id."""
        said = {"sms": self.sms_code, "wechat": self.zh.wechat_fields, "email": self.zh.email_subject}
        return frozenset(channel for channel, what in said.items() if what)


@dataclass(frozen=True, slots=True)
class Feed:
    """What feeds a template: parameters with invented values, variables of its SMS, texts registered by SMS code."""

    parameters: Mapping[str, Any]
    variables: frozenset[str]
    registered: Mapping[str, str]


def template_problems(content: TemplateContent, feed: Feed) -> list[FieldProblem]:
    """Everything that is wrong, with its place; empty for a sound one."""
    found = list(_sms_problems(content, feed))
    found += _channel_problems(content)
    for language in LANGUAGES:
        wording = content.wording(language)
        found += _text_problems(f"/{language}/title", wording.title, {})
        found += _text_problems(f"/{language}/body", wording.body, feed.parameters)
        if wording.email_subject is not None:
            found += _text_problems(f"/{language}/email_subject", wording.email_subject, feed.parameters)
        if wording.email_body is not None:
            found += _text_problems(f"/{language}/email_body", wording.email_body, feed.parameters, lines=True)
        for name, text in wording.wechat_fields.items():
            found += _field_problems(f"/{language}/wechat_fields/{name}", name, text, feed.parameters)
    return found


def differing(before: TemplateContent, after: TemplateContent) -> tuple[str, ...]:
    """The pointers of what differs."""
    found = []
    for language in LANGUAGES:
        left, right = before.wording(language), after.wording(language)
        found += [f"/{language}/{f.name}" for f in fields(Wording) if getattr(left, f.name) != getattr(right, f.name)]
    common = ("sms_code", "sms_variables", "wechat_template_id")
    return (*found, *(f"/{name}" for name in common if getattr(before, name) != getattr(after, name)))


def renamed(content: TemplateContent, names: Mapping[str, str], wechat_template_id: str | None) -> TemplateContent:
    """The same with its WeChat fields called otherwise, under this id."""
    zh, en = (
        replace(one, wechat_fields={names.get(name, name): text for name, text in one.wechat_fields.items()})
        for one in (content.zh, content.en)
    )
    return replace(content, zh=zh, en=en, wechat_template_id=wechat_template_id)


def shown_fields(wording: Wording, parameters: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the subscription message as they are sent, cut by rule; empty where WeChat would refuse one."""
    return {name: _sent(name, text.format_map(parameters)) for name, text in wording.wechat_fields.items()}


def _sent(name: str, value: str) -> str:
    try:
        return fitted({name: value})[name]
    except FieldUnfit:
        return ""


def _text_problems(
    pointer: str, text: str, parameters: Mapping[str, Any], *, lines: bool = False
) -> Iterator[FieldProblem]:
    if (_CONTROL_BUT_LINES if lines else _CONTROL).search(text):
        yield FieldProblem(pointer, "control_character", "请删除换行等控制字符。", "Remove line breaks and controls.")
    try:
        names = placeholders(text)
    except PlaceholderMalformed:
        yield FieldProblem(
            pointer, "placeholder_malformed", "占位符只能写作 {名称}，请修改。", "Write placeholders as {name} only."
        )
        return
    for name in dict.fromkeys(names):
        if name not in parameters:
            can, known = "、".join(parameters) or "无", ", ".join(parameters) or "none"
            yield FieldProblem(
                pointer,
                "placeholder_unknown",
                f"触发该消息的事件没有“{name}”；可用占位符：{can}。",
                f"The events that feed this message do not bring {name}; they bring: {known}.",
            )


def _field_problems(pointer: str, name: str, text: str, parameters: Mapping[str, Any]) -> Iterator[FieldProblem]:
    kind = name.rstrip("0123456789").rstrip("_")
    if kind not in KINDS or kind in _PERSONAL:
        yield FieldProblem(
            pointer,
            "wechat_field_unknown",
            "不支持该类型的微信字段，请改用 thing 等类型。",
            "Use another kind of field, such as thing.",
        )
        return
    if wrong := list(_text_problems(pointer, text, parameters)):
        yield from wrong
        return
    fixed, full = text.format_map(dict.fromkeys(placeholders(text), "")), text.format_map(parameters)
    # Running text may be cut where an event's value is long, but not in the words that were written here.
    # Around a placeholder that is left out two spaces may meet, which are sent as one.
    whole = " ".join((fixed if kind == "thing" else full).split())
    if not _sent(name, full) or (whole and _sent(name, whole) != whole):
        yield FieldProblem(
            pointer,
            "wechat_field_unfit",
            "内容超出该微信字段的长度或格式要求（thing 最多 20 字），请缩短或改用其他类型。",
            "This is too long for the field or not of its form (thing: 20 characters); shorten it or use another kind.",
        )


def _sms_problems(content: TemplateContent, feed: Feed) -> Iterator[FieldProblem]:
    if content.sms_code is None:
        if content.sms_variables:
            yield FieldProblem(
                "/sms_variables", "sms_code_missing", "请先填写短信模板编号。", "Name the SMS template first."
            )
        return
    text = feed.registered.get(content.sms_code)
    if text is None:
        yield FieldProblem(
            "/sms_code",
            "sms_code_unknown",
            "该短信模板未在服务商登记，请先登记。",
            "Register this SMS text with the provider first.",
        )
        return
    if set(content.sms_variables) - feed.variables:
        yield FieldProblem(
            "/sms_variables",
            "sms_variables_refused",
            "通知类短信不能带变量，请改用不带变量的短信模板。",
            "Notices by SMS carry no variables; use an SMS template without any.",
        )
    elif tuple(_VARIABLE.findall(text)) != content.sms_variables:
        yield FieldProblem(
            "/sms_variables",
            "sms_variables_differ",
            "变量须与登记的短信模板一致，且顺序相同。",
            "The variables must be those of the registered text, in its order.",
        )


def _channel_problems(content: TemplateContent) -> Iterator[FieldProblem]:
    zh, en = content.zh, content.en
    if set(zh.wechat_fields) != set(en.wechat_fields) or (content.wechat_template_id and not zh.wechat_fields):
        yield FieldProblem(
            "/wechat_template_id",
            "wechat_incomplete",
            "微信字段须两种语言相同；填写微信模板编号的，须填写字段。",
            "Give the same WeChat fields in both languages, and fields where there is the id of a template.",
        )
    if (zh.email_body is None) != (en.email_body is None) or (zh.email_body and zh.email_subject is None):
        yield FieldProblem(
            "/zh/email_body",
            "email_incomplete",
            "邮件正文须填写两种语言，并填写邮件主题。",
            "Give the letter in both languages and with a subject, or neither.",
        )
    if (zh.email_subject is None) != (en.email_subject is None):
        yield FieldProblem(
            "/zh/email_subject",
            "email_incomplete",
            "邮件主题须填写两种语言。",
            "Give the subject in both languages or neither.",
        )
