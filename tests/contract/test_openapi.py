"""The committed API descriptions are valid OpenAPI 3.1 and say what the code does."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.contract.services import SERVICES, committed_openapi, document, generated_openapi, routes

each_service = pytest.mark.parametrize("service", SERVICES)
METHODS = ("get", "post", "put", "patch", "delete")


def operations(service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation of the committed document."""
    for path, item in document(service)["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


@each_service
def test_committed_description_is_the_generated_one(service: str) -> None:
    """openapi.yaml is exactly what the route table generates: python -m tests.checks generated --write."""
    assert committed_openapi(service) == generated_openapi(service)


@each_service
def test_description_is_valid(service: str) -> None:
    """The document is OpenAPI 3.1 without any error."""
    content = document(service)
    assert content["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(content).iter_errors()] == []


def test_validator_finds_an_error() -> None:
    """The negative control: a document without its title is not valid."""
    broken = {"openapi": "3.1.0", "info": {"version": "1"}, "paths": {}}
    assert [error.message for error in OpenAPIV31SpecValidator(broken).iter_errors()] != []


@each_service
@pytest.mark.requirement("V21")
def test_every_route_is_described_with_its_policy(service: str) -> None:
    """Each route has an operation of its own id, a summary, its policy, and the problem document for errors."""
    described = {operation["operationId"]: (method, path, operation) for method, path, operation in operations(service)}
    assert set(described) == {route.operation_id for route in routes(service)}
    for route in routes(service):
        method, path, operation = described[route.operation_id]
        assert (method, path) == (route.method.lower(), f"/api/{service}{route.path}")
        assert operation["x-policy"] == route.policy.names()
        assert operation["summary"]
        assert (operation["security"] == []) == route.policy.is_public
        assert "application/problem+json" in operation["responses"]["default"]["content"]


@each_service
def test_no_description_shows_a_field_without_a_type(service: str) -> None:
    """Every property of every model says what it holds; an empty schema would accept anything."""
    for name, schema in document(service)["components"]["schemas"].items():
        for field, property_schema in schema.get("properties", {}).items():
            assert set(property_schema) - {"title", "default", "description"}, f"{name}.{field}"
