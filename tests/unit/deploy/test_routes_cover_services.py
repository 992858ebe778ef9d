"""The gateway's table against the route tables of the services."""

import importlib
import re
from collections.abc import Sequence

import pytest

from deploy.gateway.route_table import Route, read_route_table
from deploy.local.home import SERVICES
from shared.web.routing import Route as ServiceRoute

TABLE = read_route_table()
UNIT = {"k": 1024, "m": 1024 * 1024}


def _routes(service: str) -> Sequence[ServiceRoute]:
    routes: Sequence[ServiceRoute] = importlib.import_module(f"services.{service}.api.routes").ROUTES
    return routes


def _chosen(path: str) -> Route:
    """The route nginx takes: a matching pattern before the plain prefix."""
    matching = [route for route in TABLE.route if path.startswith(route.prefix)]
    for route in matching:
        if route.pattern and re.fullmatch(route.prefix + route.pattern, path):
            return route
    return next(route for route in matching if not route.pattern)


def _bytes(size: str) -> int:
    return int(size[:-1]) * UNIT[size[-1]]


@pytest.mark.requirement("V73")
@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_reachable_with_its_body(service: str) -> None:
    """Each path of a service leads to that service, and the gateway lets through what the service itself would take."""
    for route in _routes(service):
        path = re.sub(r"\{[^}]+\}", "x", f"/api/{service}{route.path}")
        chosen = _chosen(path)
        assert chosen.service == service
        limit = _bytes(TABLE.body_limit_of(chosen))
        assert limit >= route.body_limit, f"{route.method} {path} takes {route.body_limit}, the gateway only {limit}"


@pytest.mark.requirement("V73")
def test_large_bodies_are_let_through_nowhere_else() -> None:
    """A path keeps the limit of JSON at the gateway unless one of its operations reads an upload by itself."""
    for service in SERVICES:
        uploads: dict[str, bool] = {}
        for route in _routes(service):
            path = re.sub(r"\{[^}]+\}", "x", f"/api/{service}{route.path}")
            reads = route.prepare is not None and route.method in ("POST", "PUT", "PATCH") and route.request is None
            uploads[path] = uploads.get(path, False) or reads
        for path, allowed in uploads.items():
            assert allowed or TABLE.body_limit_of(_chosen(path)) == "64k", path
        assert not all(uploads.values())


def test_no_pattern_is_left_over() -> None:
    """Every pattern of the table still meets an operation (streams may come later)."""
    paths = [
        re.sub(r"\{[^}]+\}", "x", f"/api/{service}{route.path}") for service in SERVICES for route in _routes(service)
    ]
    chosen = [_chosen(path) for path in paths]
    for route in TABLE.route:
        if route.pattern and not route.stream:
            assert route in chosen, f"{route.prefix}{route.pattern} matches no operation any more"
