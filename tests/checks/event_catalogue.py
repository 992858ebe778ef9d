"""Prints docs/events.md from the event classes and the subscription tables: python -m tests.checks.event_catalogue"""

import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.contracts.event import Event, Sealed
from shared.messaging.subscription import Subscription
from shared.messaging.topology import queue_name
from tests.contract.golden_events import event_classes
from tests.contract.services import SERVICES, subscriptions

ROOT = Path(__file__).resolve().parents[2]
SEALED_FIELD = re.compile(r"^    (\w+): Sealed(?: \| None)?.*?#\s*(\w+)", re.MULTILINE)
ENVELOPE = tuple(Event.model_fields)

INTRODUCTION = """\
# Events

Generated from `shared/contracts` and the subscription tables of the services; do not edit
(`python -m tests.checks generated --write`).

Every event is a message on the topic exchange `events`. Its wire type is also its routing key and ends in the version:
an optional new field keeps the version, everything else is a new type published beside the old one. Every released
form stays in `tests/contract/golden/` and must always be readable.

An event is a snapshot of its aggregate or one transition of it. A consumer keeps what it learns by
"newer `aggregate_version` wins", so neither a repetition nor another order does harm
([why](adr/0005-events-are-snapshots.md)).

All events carry `event_id` (UUIDv7; also the AMQP message id, the same however often it is sent), `occurred_at`
(ISO 8601 with offset) and `aggregate_version`; the message's properties carry the correlation id, and its headers
`aggregate_id`, `aggregate_version` and, when there is one, `traceparent`.

A *sealed* field is encrypted with the key of the data class named here, for the place
`<type>.<field>:<aggregate id>`; only services that hold that class open it ([why](adr/0010-sealed-data.md)).
"""


class Heard(typing.NamedTuple):
    """One service that takes an event."""

    service: str
    subscription: Subscription


def heard_by(event: type[Event]) -> list[Heard]:
    """Who takes `event`, in the order of the services."""
    return [Heard(s, one) for s in SERVICES for one in subscriptions(s) if one.event is event]


def producer(event: type[Event]) -> str:
    """The service that publishes it: the first word of its wire type."""
    return event.TYPE.split(".", 1)[0]


def written_in(event: type[Event]) -> list[str]:
    """Modules of the producing service, outside its consumers, that name the class: where it is made."""
    folder = ROOT / "services" / producer(event)
    named = re.compile(rf"\b{event.__name__}\b")
    found = [file for file in sorted(folder.rglob("*.py")) if "consumers" not in file.relative_to(folder).parts]
    return [f.relative_to(ROOT).as_posix() for f in found if named.search(f.read_text(encoding="utf-8"))]


def sealed_classes(event: type[Event]) -> dict[str, str]:
    """Sealed field -> data class, from the comments of the contract, inherited fields included."""
    found: dict[str, str] = {}
    for parent in reversed(event.__mro__):
        if issubclass(parent, Event):
            found |= dict(SEALED_FIELD.findall(inspect.getsource(parent)))
    return found


def summary(event: type[Event]) -> str:
    """The docstring as one line."""
    return " ".join((event.__doc__ or "").split())


def page() -> str:
    """What docs/events.md must hold."""
    return "\n".join([INTRODUCTION, *_overview(), *(line for event in event_classes() for line in _section(event))])


def _overview() -> Iterator[str]:
    yield "| type | published by | taken by | says |"
    yield "|---|---|---|---|"
    for event in event_classes():
        takers = ", ".join(one.service for one in heard_by(event)) or "nobody here: for others"
        anchor = event.TYPE.replace(".", "")
        yield f"| [`{event.TYPE}`](#{anchor}) | {producer(event)} | {takers} | {summary(event)} |"
    yield ""


def _section(event: type[Event]) -> Iterator[str]:
    yield f"## {event.TYPE}"
    yield ""
    yield f"{summary(event)}"
    yield ""
    makers = ", ".join(f"`{path}`" for path in written_in(event)) or "nowhere yet"
    yield f"- Class `{event.__name__}` in `{event.__module__.replace('.', '/')}.py`; aggregate `{event.AGGREGATE}`."
    yield f"- Made in {makers}."
    for one in heard_by(event):
        handler = one.subscription.handle or one.subscription.handle_many
        fate = "no second try" if not one.subscription.retry.delays else f"{len(one.subscription.retry.delays)} retries"
        name = f"{handler.__module__}.{handler.__name__}" if handler else ""
        yield f"- Taken by {one.service} from queue `{queue_name(one.service, producer(event))}`: `{name}`, {fate}."
    yield ""
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    classes = sealed_classes(event)
    for name, field in event.model_fields.items():
        if name in ENVELOPE:
            continue
        kind = f"sealed, class `{classes[name]}`" if name in classes else _type_name(field.annotation)
        need = "" if field.is_required() else "optional"
        told = "; ".join(filter(None, (need, "" if name in classes else field.description or "")))
        yield f"| `{name}` | {kind} | {told} |"
    yield ""


def _type_name(annotation: Any) -> str:
    if isinstance(annotation, typing.NewType):
        return str(annotation.__name__)
    if annotation == Sealed:
        return "sealed"
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type_name(arguments[0])
    if origin is typing.Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join("none" if one is type(None) else _type_name(one) for one in arguments)
    if origin in (list, tuple):
        return f"list of {_type_name(arguments[0])}"
    names = {"str": "text", "int": "integer", "bool": "true or false", "date": "day", "AwareDatetime": "time"}
    return names.get(annotation.__name__, str(annotation.__name__))


if __name__ == "__main__":
    sys.stdout.write(page())
