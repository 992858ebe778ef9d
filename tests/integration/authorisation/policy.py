"""The table of policy.toml beside the operations of the API descriptions."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.contract.services import SERVICES, document

Reach = Literal["own", "directory", "person", "institution", "maker", "zone"]
_TABLE = Path(__file__).parent / "policy.toml"
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    roles: frozenset[str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its service describes it; `path` lies below /api/<service>/v1."""

    service: str
    name: str
    method: str
    path: str
    description: dict[str, Any]

    @property
    def place(self) -> str:
        """Its key in the table."""
        return f"{self.service}.{self.name}"

    @property
    def roles(self) -> frozenset[str]:
        """Who is let in, as described."""
        return frozenset(self.description["x-policy"])

    @property
    def is_versioned(self) -> bool:
        """Whether If-Match is asked for."""
        return any(one["name"] == "If-Match" for one in self.description["parameters"])

    @property
    def body_schema(self) -> dict[str, Any] | None:
        """The JSON schema of the body, or None."""
        content = self.description.get("requestBody", {}).get("content", {})
        found: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return found

    @property
    def takes_file(self) -> bool:
        """Whether the body is a file."""
        content = self.description.get("requestBody", {}).get("content", {})
        return "application/octet-stream" in content and self.method != "GET"


def table() -> dict[str, Row]:
    """The hand-kept rows by "<service>.<operation>"."""
    content = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        f"{service}.{name}": Row(frozenset(row["roles"]), row["reach"])
        for service, rows in content.items()
        for name, row in rows.items()
    }


def operations(service: str | None = None) -> Iterator[Operation]:
    """Every operation of one service, or of all."""
    for one in (service,) if service else SERVICES:
        for path, item in document(one)["paths"].items():
            for method in _METHODS:
                if method in item:
                    operation = item[method]
                    below = path.removeprefix(f"/api/{one}/v1")
                    yield Operation(one, operation["operationId"], method.upper(), below, operation)


def differences(rows: dict[str, Row], described: dict[str, frozenset[str]]) -> list[str]:
    """What the table and the descriptions do not agree on; empty when every operation has its row."""
    missing = [f"{place}: no row in policy.toml" for place in described.keys() - rows.keys()]
    left_over = [f"{place}: a row without an operation" for place in rows.keys() - described.keys()]
    other = [
        f"{place}: the table says {sorted(rows[place].roles)}, the service {sorted(roles)}"
        for place, roles in described.items()
        if place in rows and rows[place].roles != roles
    ]
    return sorted([*missing, *left_over, *other])
