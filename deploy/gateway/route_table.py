"""The route table as typed data; a mistake in routes.toml is refused here with the place and the reason."""

import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROUTES = Path(__file__).with_name("routes.toml")

Size = Annotated[str, Field(pattern=r"^[0-9]+[km]$")]


class Strict(BaseModel):
    """Frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Defaults(Strict):
    """What a route has unless it says otherwise."""

    body_limit: Size
    rate: str
    timeout_seconds: int = Field(ge=1)


class Edge(Strict):
    """Limits of the whole gateway (V71, V73, V74)."""

    url_limit: Size
    header_buffers: int = Field(ge=1)
    connections_per_address: int = Field(ge=1)
    slow_request_seconds: int = Field(ge=1)
    idle_seconds: int = Field(ge=1)
    trusted_proxies: list[str]
    # Sixteen is the most a Gateway API header filter takes.
    removed_headers: list[str] = Field(max_length=16)


class Rate(Strict):
    """Requests per second and client address."""

    per_second: int = Field(ge=1)
    burst: int = Field(ge=0)


class Service(Strict):
    """Where containers listen; development services are left out of everything but the local stack."""

    port: int
    development: bool = False


class Route(Strict):
    """Paths that start with `prefix`; where a `pattern` is given, only those whose rest matches it entirely."""

    prefix: str = Field(pattern=r"^/[a-z0-9/_-]*/$")
    # Within what nginx (PCRE) and gateways (RE2) read alike.
    pattern: str = Field("", pattern=r"^[a-z0-9_/()|.+?*\[\]^-]*$")
    service: str
    body_limit: Size | None = None
    rate: str | None = None
    timeout_seconds: int | None = None
    stream: bool = False
    unlogged: bool = False


class RouteTable(Strict):
    """The whole of routes.toml."""

    defaults: Defaults
    edge: Edge
    rates: dict[str, Rate]
    services: dict[str, Service]
    route: list[Route]

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        seen = set()
        for route in self.route:
            if route.service not in self.services:
                raise ValueError(f"route {route.prefix}: unknown service {route.service!r}")
            if self.rate_of(route) not in self.rates:
                raise ValueError(f"route {route.prefix}: unknown rate {route.rate!r}")
            if (key := (route.prefix, route.pattern)) in seen:
                raise ValueError(f"route {route.prefix}{route.pattern} is listed twice")
            seen.add(key)
        return self

    def body_limit_of(self, route: Route) -> str:
        """Largest body the route takes, in nginx notation."""
        return route.body_limit or self.defaults.body_limit

    def rate_of(self, route: Route) -> str:
        """Name of the route's rate class."""
        return route.rate or self.defaults.rate

    def timeout_of(self, route: Route) -> int:
        """Seconds without an answer until the gateway gives up."""
        return route.timeout_seconds or self.defaults.timeout_seconds


def read_route_table(file: Path = ROUTES) -> RouteTable:
    """Raises pydantic.ValidationError."""
    return RouteTable.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
