"""What frames every letter: where the thing it is about is found, and that it needs no answer."""

from typing import Final
from uuid import UUID

_LINK: Final = {"zh": "查看详情：{link}", "en": "Open it: {link}"}
_WITHOUT_LINK: Final = {
    "zh": "详情请登录平台，在“消息”中查看。",
    "en": "For the details log in to the platform and open your messages.",
}
_END: Final = {
    "zh": "本邮件由系统自动发送，请勿回复；如需停止接收，可登录后在“通知方式”中关闭邮件。",
    "en": "This letter was sent automatically and needs no answer; log in and switch e-mail off under your channels to "
    "stop such letters.",
}
_END_OF_CODE: Final = {
    "zh": "本邮件由系统自动发送，请勿回复。",
    "en": "This letter was sent automatically and needs no answer.",
}


def opened_at(web_url: str | None, kind: str | None, thing: UUID | None) -> str | None:
    """The address that opens a thing in the web client, after logging in; the inbox where there is no single thing.
    None where there is no web client."""
    if web_url is None:
        return None
    base = web_url.rstrip("/")
    return f"{base}/messages" if kind is None or thing is None else f"{base}/open/{kind}/{thing}"


def letter_text(said: str, opens: str | None, language: str) -> str:
    """The whole letter, a paragraph to a line."""
    known = _known(language)
    where = _WITHOUT_LINK[known] if opens is None else _LINK[known].format(link=opens)
    return f"{said}\n{where}\n{_END[known]}"


def code_text(said: str, language: str) -> str:
    """The whole letter of a code: it is its own end, and a link in it would be what people are warned of."""
    return f"{said}\n{_END_OF_CODE[_known(language)]}"


def _known(language: str) -> str:
    return language if language in _END else "zh"
