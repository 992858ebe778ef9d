"""What frames every letter: the way to the thing it is about, and that it needs no answer."""

from typing import Final
from uuid import UUID

_LINK: Final = {"zh": "查看详情：{link}", "en": "Open it: {link}"}
_END: Final = {
    "zh": "本邮件由系统自动发送，请勿回复；如需停止接收，可登录后在“通知方式”中关闭邮件。",
    "en": "This letter was sent automatically and needs no answer; log in and switch e-mail off under your channels to "
    "stop such letters.",
}
_END_OF_CODE: Final = {
    "zh": "本邮件由系统自动发送，请勿回复。",
    "en": "This letter was sent automatically and needs no answer.",
}


def opened_at(public_url: str, kind: str | None, thing: UUID | None) -> str:
    """The address that opens a thing in the web client, after logging in; the inbox where there is no single thing."""
    base = public_url.rstrip("/")
    return f"{base}/messages" if kind is None or thing is None else f"{base}/open/{kind}/{thing}"


def letter_text(said: str, opens: str | None, language: str) -> str:
    """The whole letter, a paragraph to a line; without a link where it holds a code."""
    known = language if language in _END else "zh"
    if opens is None:
        return f"{said}\n{_END_OF_CODE[known]}"
    return f"{said}\n{_LINK[known].format(link=opens)}\n{_END[known]}"
