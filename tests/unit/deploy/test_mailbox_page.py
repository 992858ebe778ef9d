"""The development mailbox as a page."""

import re
from datetime import datetime, timedelta

from deploy.local.mailbox.letters import Letter
from deploy.local.mailbox.page import render
from shared.clock import SHANGHAI

_FIRST = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)


def letter(number: int, channel: str, to: str, text: str) -> Letter:
    """One message, a minute after the one before."""
    at = _FIRST + timedelta(minutes=number)
    return Letter(number, channel, to, text, "SMS_TIRO_APPROVED", f"out-{number}", f"{number}^0", {}, at)


LETTERS = [
    letter(1, "sms", "19900000001", "申报审核通过"),
    letter(2, "wechat", "oInvented0001", "申报被退回"),
    letter(3, "email", "someone@example.org", "名单已备案"),
]


def texts(page: str) -> list[str]:
    """What the cards say, from above."""
    return re.findall(r"</header><p>(.*?)</p></article>", page, re.DOTALL)


def test_all_channels_are_shown_alike_newest_first() -> None:
    """Texts, WeChat notices and letters stand in one list, each with its channel, recipient, template and time."""
    page = render(LETTERS, to="", channel="")
    assert texts(page) == ["名单已备案", "申报被退回", "申报审核通过"]
    assert page.count('<span class="channel ') == 3
    assert "微信 WeChat" in page
    assert "someone@example.org" in page
    assert "11-26 09:03:00" in page


def test_a_channel_is_chosen_with_its_number() -> None:
    """Only that channel is listed, its tab is marked, tabs count and keep the recipient."""
    page = render(LETTERS, to="oInvented0001", channel="wechat")
    assert texts(page) == ["申报被退回"]
    assert '<a href="?to=oInvented0001&amp;channel=wechat" aria-current="page">微信 WeChat (1)</a>' in page
    assert "全部 All (3)" in page
    assert texts(render(LETTERS, to="", channel="pigeon")) == texts(render(LETTERS, to="", channel=""))
    assert "No messages here" in render(LETTERS[:1], to="", channel="email")


def test_what_was_sent_is_text_and_never_markup() -> None:
    """A message, a recipient or a filter that looks like markup is shown as it is."""
    sharp = "<script>alert(1)</script>"
    page = render([letter(1, "sms", sharp, sharp)], to=sharp, channel='"><b>')
    assert "<script>" not in page
    assert '"><b>' not in page
    assert texts(page) == ["&lt;script&gt;alert(1)&lt;/script&gt;"]


def test_a_long_history_shows_its_end() -> None:
    """A hundred at most, so that the page stays quick."""
    page = render([letter(number, "sms", "19900000001", f"n{number}") for number in range(150)], to="", channel="")
    assert len(texts(page)) == 100
    assert texts(page)[0] == "n149"
