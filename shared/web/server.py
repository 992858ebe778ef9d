"""The aiohttp application of one service: routes from the table, problems for what no route matches, its OpenAPI
document and an offline page of it."""

from collections.abc import Awaitable, Callable, Sequence

import orjson
import structlog
from aiohttp import web

from shared.errors import Invalid, NotFound, TiroError, TooLarge
from shared.ids import new_id
from shared.web.docs_page import docs_page
from shared.web.endpoint import Endpoint
from shared.web.openapi import openapi
from shared.web.problems import MethodNotAllowed, problem
from shared.web.routing import Route
from shared.web.runtime import Runtime

log = structlog.get_logger()

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_application(service: str, runtime: Runtime, routes: Sequence[Route]) -> web.Application:
    """An application that answers the table below /api/<service>."""
    # Bodies are read by shared.web.reading with the route's own limit; this one is the outermost bound.
    app = web.Application(middlewares=[_unmatched], client_max_size=max(r.body_limit for r in routes) + 1)
    prefix = f"/api/{service}"
    # The router tries the patterns of a prefix in turn: first those that many people use in the same minute.
    for route in sorted(routes, key=lambda route: not route.gathered):
        app.router.add_route(route.method, prefix + route.path, Endpoint(route, runtime).__call__)
    document = openapi(service, routes)
    app.router.add_get(f"{prefix}/v1/openapi.json", _fixed(orjson.dumps(document), "application/json"))
    app.router.add_get(f"{prefix}/v1/docs", _fixed(docs_page(document).encode(), "text/html"))
    return app


@web.middleware
async def _unmatched(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn aiohttp's own refusals (no such path, wrong method, body too large) into problems."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh"
        error: TiroError = {404: NotFound(), 405: MethodNotAllowed(), 413: TooLarge()}.get(refusal.status, Invalid())
        answer = problem(error, str(new_id()), language, refusal.status)
        if allowed := refusal.headers.get("Allow"):
            answer.headers["Allow"] = allowed
        return answer


def _fixed(body: bytes, content_type: str) -> _Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body,
            content_type=content_type,
            charset="utf-8",
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return answer
