"""What a template may say, by which channels, and what is cut where."""

from dataclasses import replace
from typing import Any, Final

import pytest

from services.notification.consumers.on_events_to_tell import on_events_to_tell
from services.notification.consumers.subscriptions import SUBSCRIPTIONS
from services.notification.domain.audience import rule_key
from services.notification.domain.placeholders import (
    PlaceholderMalformed,
    placeholders,
    sample_parameters,
    sms_variables,
)
from services.notification.domain.sample_events import EventUnknown, event_types, sample_event
from services.notification.domain.template import (
    Feed,
    TemplateContent,
    Wording,
    differing,
    shown_fields,
    template_problems,
)
from tests.integration.notification.rule_rows import rule_rows

FEED: Final = Feed(
    sample_parameters([("declaration.approved.v1", "candidate")]),
    frozenset(),
    {"SMS_PLAIN": "申报审核通过。", "SMS_CODE": "验证码 ${code}。"},
)
WORDS: Final = Wording("审核通过", "申报 {number} 已由 {institution_name} 审核通过。", None, {})
SOUND: Final = TemplateContent(WORDS, replace(WORDS, title="Approved"), "SMS_PLAIN", (), None)


def codes(content: TemplateContent, feed: Feed = FEED) -> list[tuple[str, str]]:
    """(pointer, code) of what is wrong."""
    return [(one.pointer, one.code) for one in template_problems(content, feed)]


def with_fields(**fields: str) -> TemplateContent:
    """A sound one with a WeChat message."""
    words: dict[str, Any] = {name: replace(SOUND.wording(name), wechat_fields=fields) for name in ("zh", "en")}
    return replace(SOUND, **words, wechat_template_id="wx_template_0001")


def test_a_sound_template_has_no_problems() -> None:
    """The control of all the others."""
    assert codes(SOUND) == []
    assert codes(with_fields(thing1="{institution_name}", character_string2="{number}", thing3="审核通过")) == []


@pytest.mark.parametrize("body", ["{", "}", "{}", "{0}", "{number.real}", "{number[0]}", "{number!r}", "{number:>900}"])
def test_placeholders_are_plain_names(body: str) -> None:
    """Nothing but {name}: no attributes, indexes, conversions or widths, which str.format would carry out."""
    assert codes(replace(SOUND, zh=replace(WORDS, body=body))) == [("/zh/body", "placeholder_malformed")]


def test_doubled_braces_are_text_that_readers_would_see() -> None:
    """They are refused too."""
    with pytest.raises(PlaceholderMalformed):
        placeholders("{{number}}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_placeholder_that_no_event_brings_is_refused_with_its_place(language: str) -> None:
    """In either language, and in the title none at all, since titles are shown as they are."""
    words: Any = {language: replace(WORDS, body="{lines}", title="{number}", email_subject="{nobody}")}
    found = codes(replace(SOUND, **words))
    places = [f"/{language}/title", f"/{language}/body", f"/{language}/email_subject"]
    assert found[-3:] == [(place, "placeholder_unknown") for place in places]


def test_a_template_of_two_rules_says_what_both_bring() -> None:
    """The intersection, without what an event of a case leaves out."""
    due, lapsed = "declaration.evaluations_waiting.v1:due", "declaration.evaluations_waiting.v1:lapsed"
    assert "cycle_year" in sample_parameters([(lapsed, "institution_admins")])
    assert "cycle_year" not in sample_parameters([(lapsed, "institution_admins"), (due, "institution_admins")])
    assert "number" not in sample_parameters([("declaration.lapsed.v1", "candidate")])
    assert sample_parameters([("identity.login_code_issued.v1", "phone")]) == {}
    assert sample_parameters([]) == {}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"thing1": "试" * 21}, "wechat_field_unfit"),
        ({"thing1": "{number} 已由 {institution_name} 通过"}, None),
        ({"thing1": "试" * 20}, None),
        ({"number1": "{cycle_year}"}, None),
        ({"number1": "{number}"}, "wechat_field_unfit"),
        ({"phrase1": "已通过"}, None),
        ({"phrase1": "passed"}, "wechat_field_unfit"),
        ({"phrase1": "审核已经通过"}, "wechat_field_unfit"),
        ({"time1": "2027年1月15日 15:01"}, None),
        ({"time1": "soon"}, "wechat_field_unfit"),
        ({"amount1": "100元"}, None),
        ({"name1": "{institution_name}"}, "wechat_field_unknown"),
        ({"phone_number1": "13900000000"}, "wechat_field_unknown"),
        ({"thing1": "{nobody}"}, "placeholder_unknown"),
    ],
)
def test_wechat_fields_meet_the_limits_of_their_kind(fields: dict[str, str], wrong: str | None) -> None:
    """Static text too long for its kind, or a value of another form, is refused on save; kinds for personal data are
    not to be had."""
    expected = [(f"/{language}/wechat_fields/{name}", wrong) for language in ("zh", "en") for name in fields]
    assert codes(with_fields(**fields)) == (expected if wrong else [])


def test_what_an_event_brings_is_cut_to_the_field() -> None:
    """A longer `thing` is shown as it is sent, with an ellipsis; what WeChat would refuse is shown as empty."""
    fields = with_fields(thing1="{institution_name}已通过", number2="{number}").zh
    shown = shown_fields(fields, FEED.parameters)
    assert shown == {"thing1": "示例省示例市虚构区第一人民医院（虚构分…", "number2": ""}
    assert len(shown["thing1"]) == 20


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"sms_code": "SMS_NOBODY"}, ("/sms_code", "sms_code_unknown")),
        ({"sms_code": None, "sms_variables": ("code",)}, ("/sms_variables", "sms_code_missing")),
        ({"sms_code": "SMS_CODE", "sms_variables": ("code",)}, ("/sms_variables", "sms_variables_refused")),
        ({"sms_code": "SMS_CODE"}, ("/sms_variables", "sms_variables_differ")),
        ({"wechat_template_id": "wx_template_0001"}, ("/wechat_template_id", "wechat_incomplete")),
        ({"zh": replace(WORDS, email_subject="审核通过")}, ("/zh/email_subject", "email_incomplete")),
        (
            {one: replace(WORDS, email_body="一行\n又一行") for one in ("zh", "en")},
            ("/zh/email_body", "email_incomplete"),
        ),
        (
            {
                "zh": replace(WORDS, email_subject="审核通过", email_body="一行\n又一行"),
                "en": replace(WORDS, email_subject="Approved", email_body="a\rb"),
            },
            ("/en/email_body", "control_character"),
        ),
        ({"zh": replace(WORDS, title="审核\n通过")}, ("/zh/title", "control_character")),
        ({"en": replace(WORDS, body="right\u202eleft")}, ("/en/body", "control_character")),
    ],
)
def test_channels_are_written_completely_or_not_at_all(changed: dict[str, Any], wrong: tuple[str, str]) -> None:
    """SMS of notices carry no variables; a channel is written in both languages; nothing can break out of a header."""
    assert codes(replace(SOUND, **changed)) == [wrong]


@pytest.mark.requirement("M10")
def test_a_code_is_the_one_variable_and_only_where_the_event_carries_one() -> None:
    """Else a notice could be made to ask for a code."""
    assert sms_variables([("identity.login_code_issued.v1", "phone")]) == {"code"}
    assert sms_variables([("identity.phone_changed.v1", "phone")]) == frozenset()
    feed = replace(FEED, parameters={}, variables=frozenset({"code"}))
    plain = Wording("登录验证码", "验证码已发送。", None, {})
    assert codes(TemplateContent(plain, plain, "SMS_CODE", ("code",), None), feed) == []


def test_differences_are_named_by_place() -> None:
    """Nothing for equal ones."""
    assert differing(SOUND, SOUND) == ()
    assert differing(SOUND, replace(SOUND, sms_code=None, zh=replace(WORDS, body="x"))) == ("/zh/body", "/sms_code")


@pytest.mark.parametrize("key", sorted({key for key, _ in rule_rows()}))
def test_every_row_has_an_invented_event(key: str) -> None:
    """Of the row's own class and case, so that previews and checks speak of what really comes."""
    assert rule_key(sample_event(key)) == key


@pytest.mark.parametrize("key", ["declaration.nothing.v1", "declaration.approved.v1:never", "x"])
def test_what_no_event_falls_under_is_known_as_such(key: str) -> None:
    """A row for it could never be told."""
    with pytest.raises(EventUnknown):
        sample_event(key)


def test_every_event_that_is_told_has_a_row() -> None:
    """What is only subscribed to in order to be told, and has no row, is told to nobody."""
    told = {one.event.TYPE for one in SUBSCRIPTIONS if one.handle_many is on_events_to_tell}
    assert told <= {key.partition(":")[0] for key, _ in rule_rows()}
    assert told <= set(event_types())
