"""The answer that shows a picture of a document: in the page, kept by nobody (V33, V38)."""

from typing import Final

from aiohttp import web

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def shown_picture(jpeg: bytes, name: str) -> web.Response:
    """A JPEG under a name without extension; `name` is one of ours, never what somebody typed."""
    disposition = {"Content-Disposition": f'inline; filename="{name}.jpg"'}
    return web.Response(body=jpeg, content_type="image/jpeg", headers=_HEADERS | disposition)
