"""Every route of every service: who may call it, what it is called, what it promises."""

from itertools import pairwise

import pytest

from shared.web.routing import Policy, Route
from tests.contract.services import SERVICES, routes

each_service = pytest.mark.parametrize("service", SERVICES)


@each_service
@pytest.mark.requirement("V21")
def test_every_route_has_a_policy(service: str) -> None:
    """Each route names who may call it, and nobody comes in by an empty policy."""
    table = routes(service)
    assert table, "a service without a single route"
    for route in table:
        assert isinstance(route, Route)
        assert isinstance(route.policy, Policy), f"{route.method} {route.path} has no policy"
        assert route.policy.kinds, route.path
        assert route.policy.roles, route.path


@each_service
def test_operation_ids_are_unique_and_tell_the_method(service: str) -> None:
    """An operation id is a verb of the edge and a thing, and names one route."""
    identifiers = [route.operation_id for route in routes(service)]
    assert [one for one, other in pairwise(sorted(identifiers)) if one == other] == []
    for route in routes(service):
        assert route.operation_id.startswith(f"{route.method.lower()}_"), f"{route.operation_id} serves {route.method}"


@each_service
def test_routes_are_unique_versioned_and_described_twice(service: str) -> None:
    """A path lies below /v1/, appears once per method, and is summed up in Chinese and in English."""
    seen: set[tuple[str, str]] = set()
    for route in routes(service):
        assert route.path.startswith("/v1/"), route.path
        assert (route.method, route.path) not in seen, route.path
        seen.add((route.method, route.path))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in route.summary_zh), route.path
        assert route.summary_en.isascii(), route.path
        assert route.summary_en, route.path


@each_service
def test_commands_of_known_callers_take_an_idempotency_key(service: str) -> None:
    """Every command of a logged-in caller can be repeated safely; only public ones may go without a key."""
    for route in routes(service):
        if route.method != "GET" and not route.policy.is_public and not route.is_query:
            assert route.needs_key, f"{route.method} {route.path} takes no Idempotency-Key"


@each_service
def test_handlers_are_functions_of_the_edge(service: str) -> None:
    """A handler lives in the service's own api package or in the foundation's, so that the table is the only way in."""
    for route in routes(service):
        assert route.handler.__module__.startswith((f"services.{service}.api.", "shared.web.")), route.operation_id
