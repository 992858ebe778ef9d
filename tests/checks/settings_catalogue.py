"""Prints docs/settings.md from the settings models: python -m tests.checks.settings_catalogue"""

import importlib
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from shared.settings import ServiceSettings
from tests.contract.services import SERVICES

INTRODUCTION = """\
# Settings

Generated from the settings models (`shared/settings.py`, `services/<name>/settings.py`); do not edit
(`python -m tests.checks generated --write`).

A process reads its settings once, at its start, from environment variables; it stops with the name of every missing or
wrong one. Names nest with two underscores. Settings are frozen. The profile is `production` unless told otherwise, and
in that profile a process refuses to start with development conveniences (V80): a moved clock, a plain-text bucket,
database or broker connection, a public address, provider or collector without https, an armed failpoint, a secret that
is a value, an api that answers calls past the gateway, anchors that can be removed.

A secret `X` is given as `X_FILE`, the path of a file that is read anew whenever the secret is used (V53, ADR 0022); as
`X`, a value, it is for trying things out. The groups `TLS` say whom a link believes; without an authority of their own
they believe the system's. There is no setting that checks less (V52). The group `SUBJECT_KEYS` (V58, ADR 0039) is given
to identity, declaration and notification, and to no other.
"""

AROUND = """\
## Around the services

| variable | read by | meaning |
|---|---|---|
| `TIRO_POSTGRES_URL` | `make up`, tests | administrator's DSN of a running PostgreSQL to use instead of the own one |
| `TIRO_BROKER_URL` | `make up`, tests | AMQP URL of a running RabbitMQ to use instead of the own node |
| `TIRO_S3_URL` | `make up`, tests | `http://key:secret@host:port` of a running S3 server to use instead |
| `TIRO_RABBITMQ_BIN` | `make setup`, `make up` | folder with `rabbitmq-server`, where it is not in the usual place |
| `TIRO_NGINX` | `make setup`, `make up` | the nginx program, where it is not in the usual place |
| `TIRO_GATEWAY_PORT` | `make up` | the port of the gateway |
| `PYTHON` | `make setup` | the interpreter to build `.venv` with (3.11 to 3.13) |
| `FAILPOINT` | every process | `name:action[:n]`, see `shared/failpoints.py`; refused in production |
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable, its prefix left out."""

    name: str
    kind: str
    default: str
    meaning: str

    def row(self, prefix: str) -> str:
        """A line of the table."""
        return f"| `{prefix}{self.name}` | {self.kind} | {self.default} | {self.meaning} |"


def settings_class(service: str) -> type[ServiceSettings]:
    """The service's own model."""
    found: type[ServiceSettings] = importlib.import_module(f"services.{service}.settings").Settings
    return found


def shared_settings() -> list[Setting]:
    """What all services have."""
    return list(_walk(ServiceSettings.model_fields, ""))


def own_settings(service: str) -> list[Setting]:
    """What only this service has."""
    fields = settings_class(service).model_fields
    return list(_walk({name: field for name, field in fields.items() if name not in ServiceSettings.model_fields}, ""))


def table(settings: list[Setting], prefix: str) -> Iterator[str]:
    """The lines of a table of settings."""
    yield "| variable | type | default | meaning |"
    yield "|---|---|---|---|"
    yield from (setting.row(prefix) for setting in settings)


def page() -> str:
    """What docs/settings.md must hold."""
    lines = [INTRODUCTION, "## All services", "", "`<S>` is the service in capitals, for example `IDENTITY`.", ""]
    lines += [*table(shared_settings(), "<S>_"), ""]
    for service in SERVICES:
        lines += [f"## {service}", ""]
        own = own_settings(service)
        lines += table(own, f"{service.upper()}_") if own else ["Nothing of its own."]
        lines.append("")
    return "\n".join([*lines, AROUND])


def _walk(fields: dict[str, FieldInfo], path: str) -> Iterator[Setting]:
    for name, field in fields.items():
        full = f"{path}{name.upper()}"
        if (group := _group(field.annotation)) is not None:
            yield from _walk(group.model_fields, f"{full}__")
        else:
            yield Setting(full, _kind(field.annotation), _default(field), field.description or "")


def _group(annotation: Any) -> type[BaseModel] | None:
    """The model of a group of settings, whether or not the whole group may be left out."""
    for one in (annotation, *typing.get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _kind(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(one) for one in arguments if one is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, SecretStr):
        return "secret, or its `_FILE`"
    if isinstance(annotation, type) and issubclass(annotation, Path):
        return "path"
    names = {"str": "text", "int": "integer", "float": "number", "bool": "true or false"}
    return names.get(annotation.__name__, str(annotation.__name__))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or (isinstance(value, SecretStr) and not value.get_secret_value()) or value == "":
        return "none"
    return f"`{value.value if isinstance(value, Enum) else value}`"


if __name__ == "__main__":
    sys.stdout.write(page())
