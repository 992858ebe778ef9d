"""The mailbox as a page: every text, WeChat notice and letter alike, newest first, by recipient and by channel."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import urlencode

from deploy.local.mailbox.letters import Letter

_SHOWN: Final = 100
_CHANNELS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("全部", "All"),
    "sms": ("短信", "SMS"),
    "wechat": ("微信", "WeChat"),
    "email": ("邮件", "E-mail"),
}
_PAGE: Final = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<title>开发信箱 Mailbox</title>
<style>
body{{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:1.5rem auto;padding:0 1rem}}
body{{background:#f5f6f8;color:#1d2129}}
h1{{font-size:1.25rem}}.hint{{color:#5b6472;font-size:.9rem}}
article{{background:#fff;border-radius:12px;padding:.8rem 1rem;margin:.7rem 0;box-shadow:0 1px 2px #0001}}
article header{{display:flex;gap:.6rem;flex-wrap:wrap;color:#5b6472;font-size:.85rem}}time{{margin-left:auto}}
.channel{{border-radius:6px;padding:0 .45rem;background:#e8eefc;color:#1a4fb4}}
.wechat{{background:#e3f6ea;color:#0b6b34}}.email{{background:#fdf0dd;color:#8a4b00}}
p{{margin:.3rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}}
form{{margin:1rem 0}}input{{font:inherit;padding:.4rem .7rem;border:1px solid #8b94a3;border-radius:8px;width:18rem}}
nav a{{display:inline-block;padding:.2rem .8rem;margin-right:.3rem;border-radius:8px;color:#1a4fb4}}
nav a[aria-current]{{background:#1a4fb4;color:#fff;text-decoration:none}}
</style></head><body><h1>开发信箱 · Development mailbox</h1>
<p class="hint">这里显示本应发给用户的短信、微信通知和邮件，仅用于开发环境。
Everything that would have reached a phone, WeChat or a letter box; development only.</p>
<form><input type="hidden" name="channel" value="{channel}">
<input name="to" value="{to}" aria-label="收件人 / recipient"
placeholder="按号码、微信或邮箱筛选 / filter by recipient"></form>
<nav aria-label="渠道 / channel">{tabs}</nav><main>{letters}</main></body></html>
"""
_CARD: Final = """<article><header><span class="channel {channel}">{name}</span><span>{to}</span>
<code>{template}</code><time>{at:%m-%d %H:%M:%S}</time></header><p>{text}</p></article>
"""
_NOTHING: Final = '<p class="hint">没有符合条件的消息。 / No messages here.</p>'


def render(letters: Sequence[Letter], *, to: str, channel: str) -> str:
    """The page; `letters` oldest first, of the recipient `to` where one is given; a channel nobody knows shows all."""
    chosen = channel if channel in _CHANNELS else ""
    shown = [one for one in letters if chosen in ("", one.channel)][-_SHOWN:][::-1]
    tabs = "".join(_tab(key, letters, to, chosen) for key in _CHANNELS)
    cards = "".join(_card(one) for one in shown) or _NOTHING
    return _PAGE.format(to=escape(to), channel=escape(chosen), tabs=tabs, letters=cards)


def _tab(key: str, letters: Sequence[Letter], to: str, chosen: str) -> str:
    zh, en = _CHANNELS[key]
    count = sum(key in ("", one.channel) for one in letters)
    query = urlencode({name: value for name, value in (("to", to), ("channel", key)) if value})
    here = ' aria-current="page"' if key == chosen else ""
    return f'<a href="?{escape(query)}"{here}>{zh} {en} ({count})</a>'


def _card(letter: Letter) -> str:
    zh, en = _CHANNELS.get(letter.channel, (letter.channel, letter.channel))
    return _CARD.format(
        channel=escape(letter.channel),
        name=escape(f"{zh} {en}"),
        to=escape(letter.to),
        template=escape(letter.template_code),
        at=letter.received_at,
        text=escape(letter.text),
    )
