"""OpenAPI 3.1 from the route table: operation ids, policies (`x-policy`), bodies, answers, problems."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.web.routing import Route

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {k: {"type": "string"} for k in ("pointer", "code", "detail")},
            },
        },
    },
}


def openapi(service: str, routes: Sequence[Route]) -> dict[str, Any]:
    """The document of one service."""
    inputs = [(m, "validation") for m in _distinct(m for r in routes for m in (r.request, r.query))]
    outputs = [(m, "serialization") for m in _distinct(r.response for r in routes)]
    references, definitions = models_json_schema(
        [*inputs, *outputs],  # type: ignore[list-item]
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation = _operation(route, references)
        paths.setdefault(f"/api/{service}{route.path}", {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Tiro {service}", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _distinct(models: Any) -> list[type[BaseModel]]:
    return list(dict.fromkeys(m for m in models if m is not None))


def _operation(route: Route, references: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": f"{route.summary_zh} / {route.summary_en}",
        "x-policy": route.policy.names(),
        "security": [] if route.policy.is_public else [{"bearer": []}],
        "parameters": _parameters(route),
        "responses": {str(route.status if route.response or route.status != 200 else 204): _success(route, references)},
    }
    if route.request is not None:
        schema = references[(route.request, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif route.prepare is not None and not route.bodiless:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"]["default"] = {"description": "Problem", "content": problem}
    return operation


def _success(route: Route, references: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": route.summary_en}
    if route.response is not None:
        answer["content"] = {"application/json": {"schema": references[(route.response, "serialization")]}}
    return answer


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)", route.path)
    ]
    if route.needs_key:
        found.append(_header("Idempotency-Key", {"type": "string", "minLength": 8, "maxLength": 128}))
    if route.versioned:
        found.append(_header("If-Match", {"type": "string"}))
    if route.query is not None:
        schema = route.query.model_json_schema(ref_template="#/components/schemas/{model}")
        found.extend(
            {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": value}
            for name, value in schema.get("properties", {}).items()
        )
    return found


def _header(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": schema}
