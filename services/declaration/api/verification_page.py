"""The page that a scanned code opens in a phone: plain HTML without scripts, masked data only (A37, B10)."""

from collections.abc import Sequence
from html import escape
from typing import Final, Literal

from aiohttp import hdrs, web

from shared.web.call import Language

Mark = Literal["good", "old", "bad"]

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
