"""The page that a scanned code opens in a phone: plain HTML without scripts, masked data only (A37, B10)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from html import escape
from math import ceil
from typing import Final, Literal

from aiohttp import hdrs, web

from services.declaration.dependencies import Dependencies
from services.declaration.domain.field_labels import Words
from shared.errors import LimitReached
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.web.call import Call, Language

Mark = Literal["good", "old", "bad"]
CountQuestion = Callable[[Transaction, Keyring, str, datetime], Awaitable[None]]
"""Counts one question of a client address. Raises LimitReached."""

_STYLE: Final = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
    "h1{font-size:1.3rem}dl{display:grid;grid-template-columns:minmax(5.5rem,30%) 1fr;gap:.4rem 1rem}"
    "dt{color:#5f5f5f}dd{margin:0;overflow-wrap:anywhere}p{padding:.6rem .8rem;border-radius:.4rem}"
    ".good{background:#e6f4ea}.old{background:#fff4e0}.bad{background:#fdecea}.said{font-weight:600}"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Vary": "Accept, Accept-Language",
}


_LEAST_WAIT: Final = 60
_LIMITED: Final = (
    Words("当前网络查询过于频繁，暂不能核验。", "Too much was asked from this network just now."),
    Words(
        "这不说明该纸质材料的真伪。请在 {minutes} 分钟后重新扫描二维码，或换一个网络再试。",
        "That says nothing about the paper. Scan the code again in {minutes} minutes, or from another network.",
    ),
)


def wants_page(request: web.BaseRequest) -> bool:
    """Whether a browser asks; a program gets JSON."""
    return "text/html" in request.headers.get(hdrs.ACCEPT, "")


def verification_page(
    title: str,
    language: Language,
    mark: Mark,
    said: Sequence[str],
    rows: Sequence[tuple[str, str]],
    *,
    status: int = 200,
) -> web.Response:
    """A page with what is said first, the first sentence strongest, and then labelled values."""
    shown = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in rows)
    words = "".join(
        f'<p class="{mark}{"" if at else " said"}">{escape(sentence)}</p>' for at, sentence in enumerate(said)
    )
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>"
        f"{words}<dl>{shown}</dl></html>"
    )
    return web.Response(text=page, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS)


async def counted(call: Call[Dependencies], count: CountQuestion, title: str) -> web.Response | Literal[True]:
    """True once a question was counted, whatever its answer is; for a browser past the limit the page that says how
    long to wait, with Retry-After. Raises LimitReached for a program."""
    try:
        async with call.database.transaction(call.request_id) as tx:
            await count(tx, call.deps.keyring, call.client_address, call.now)
    except LimitReached as limit:
        if not wants_page(call.request):
            raise
        wait = limit.retry_after or _LEAST_WAIT
        said = [getattr(one, call.language).format(minutes=ceil(wait / 60)) for one in _LIMITED]
        page = verification_page(title, call.language, "old", said, [], status=429)
        page.headers[hdrs.RETRY_AFTER] = str(wait)
        return page
    return True
