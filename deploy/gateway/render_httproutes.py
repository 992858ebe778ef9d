"""Gateway API HTTPRoutes (v1, portable filters only) from the route table, one per service."""

from typing import Any

import yaml

from deploy.gateway.route_table import Route, RouteTable

HEADER = """\
# Generated from deploy/gateway/routes.toml by `make gateway`; do not edit.
# Body limits and request rates have no portable form here: the annotations name them for the gateway's own policy.
"""


def render_httproutes(table: RouteTable) -> str:
    """YAML documents; development services are left out."""
    documents = []
    for name, service in table.services.items():
        # The more specific rule first, for implementations that keep the order.
        routes = sorted((r for r in table.route if r.service == name), key=lambda route: not route.pattern)
        if routes and not service.development:
            documents.append(_document(table, name, service.port, routes))
    return HEADER + yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=120)


def _document(table: RouteTable, name: str, port: int, routes: list[Route]) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {
            "name": name,
            "labels": {"app.kubernetes.io/part-of": "tiro", "app.kubernetes.io/name": name},
            "annotations": {
                f"tiro.limits/{index}": f"{route.prefix}{route.pattern} body={table.body_limit_of(route)} "
                f"rate={table.rates[table.rate_of(route)].per_second}/s+{table.rates[table.rate_of(route)].burst}"
                for index, route in enumerate(routes)
            },
        },
        "spec": {
            "parentRefs": [{"name": "tiro"}],
            "rules": [_rule(table, name, port, route) for route in routes],
        },
    }


def _rule(table: RouteTable, name: str, port: int, route: Route) -> dict[str, Any]:
    if route.pattern:
        path = {"type": "RegularExpression", "value": route.prefix + route.pattern}
    else:
        path = {"type": "PathPrefix", "value": route.prefix.rstrip("/")}
    return {
        "matches": [{"path": path}],
        "filters": [
            {"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": list(table.edge.removed_headers)}}
        ],
        "timeouts": {"request": f"{table.timeout_of(route)}s"},
        "backendRefs": [{"name": f"{name}-api", "port": port}],
    }
