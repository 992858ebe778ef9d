"""The aiohttp application of one service: the entrance, routes from the table, its OpenAPI document and an offline page
of it."""

import asyncio
from collections.abc import Sequence

import orjson
from aiohttp import web

from shared.web.docs_page import docs_page
from shared.web.endpoint import Endpoint
from shared.web.entrance import entrance
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
        for model in filter(None, (route.request, route.query, route.response)):
            # Not by whoever calls first. Roles that answer nobody never build them.
            model.model_rebuild()
        app.router.add_route(route.method, prefix + route.path, Endpoint(route, runtime).__call__)
    description = _Description(service, routes)
    app.router.add_get(f"{prefix}/v1/openapi.json", description.get_document)
    app.router.add_get(f"{prefix}/v1/docs", description.get_page)
    return app


class _Description:
    """The document and its page, made when somebody first asks: they cost a start half a second of processor time."""

    def __init__(self, service: str, routes: Sequence[Route]) -> None:
        self._service, self._routes = service, routes
        self._rendering: asyncio.Task[tuple[bytes, bytes]] | None = None

    async def get_document(self, _request: web.Request) -> web.StreamResponse:
        document, _ = await self._rendered()
        return _fixed(document, "application/json")

    async def get_page(self, _request: web.Request) -> web.StreamResponse:
        _, page = await self._rendered()
        return _fixed(page, "text/html")

    async def _rendered(self) -> tuple[bytes, bytes]:
        if self._rendering is None:
            self._rendering = asyncio.create_task(asyncio.to_thread(self._render))
        # Whoever asks first may go away; the others still wait for the same rendering.
        return await asyncio.shield(self._rendering)

    def _render(self) -> tuple[bytes, bytes]:
        document = openapi(self._service, self._routes)
        return orjson.dumps(document), docs_page(document).encode()


def _fixed(body: bytes, content_type: str) -> web.Response:
    return web.Response(
        body=body,
        content_type=content_type,
        charset="utf-8",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )
