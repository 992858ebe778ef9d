"""The aiohttp application of one service: the entrance, routes from the table, its OpenAPI document and an offline page
of it."""

from collections.abc import Sequence

import orjson
from aiohttp import web

from shared.web.docs_page import docs_page
from shared.web.endpoint import Endpoint
from shared.web.entrance import Handler, entrance
from shared.web.openapi import openapi
from shared.web.routing import Route
from shared.web.runtime import Runtime


def build_application(service: str, runtime: Runtime, routes: Sequence[Route]) -> web.Application:
    """An application that answers the table below /api/<service>."""
    # Bodies are read by shared.web.reading with the route's own limit; this one is the outermost bound.
    outermost = max(route.body_limit for route in routes) + 1
    app = web.Application(middlewares=[entrance(runtime.gateway, runtime.pace)], client_max_size=outermost)
    prefix = f"/api/{service}"
    # The router tries the patterns of a prefix in turn: first those that many people use in the same minute.
    for route in sorted(routes, key=lambda route: not route.gathered):
        app.router.add_route(route.method, prefix + route.path, Endpoint(route, runtime).__call__)
    document = openapi(service, routes)
    app.router.add_get(f"{prefix}/v1/openapi.json", _fixed(orjson.dumps(document), "application/json"))
    app.router.add_get(f"{prefix}/v1/docs", _fixed(docs_page(document).encode(), "text/html"))
    return app


def _fixed(body: bytes, content_type: str) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body,
            content_type=content_type,
            charset="utf-8",
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return answer
