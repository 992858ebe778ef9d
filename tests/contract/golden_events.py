"""Event classes, their golden files, and examples made from the models for files that are still missing."""

import importlib
import json
import pkgutil
import types
import typing
import zlib
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

import shared.contracts
from shared.contracts.event import Event

GOLDEN = Path(__file__).parent / "golden"
SHANGHAI = timezone(timedelta(hours=8))
MOMENT = datetime(2027, 1, 15, 9, 30, tzinfo=SHANGHAI)
FIXED: dict[Any, Any] = {
    datetime: MOMENT.isoformat(),
    date: "2027-01-15",
    bool: True,
    int: 3,
    float: 1.5,
    Any: "text",
    type(None): None,
}


def event_classes() -> list[type[Event]]:
    """Every event that names its own wire type, sorted by it; all modules of shared.contracts are imported."""
    for module in pkgutil.walk_packages(shared.contracts.__path__, f"{shared.contracts.__name__}."):
        importlib.import_module(module.name)
    found, waiting = [], [Event]
    while waiting:
        event = waiting.pop()
        waiting.extend(event.__subclasses__())
        if "TYPE" in event.__dict__ and event.__module__.startswith(shared.contracts.__name__):
            found.append(event)
    return sorted(found, key=lambda one: one.TYPE)


def golden_file(event: type[Event]) -> Path:
    """Where the released form of an event stands."""
    return GOLDEN / f"{event.TYPE}.json"


def example(event: type[Event]) -> Event:
    """The model's own `example()` when it has one, else one made from its fields: every field filled, all fictional."""
    own = getattr(event, "example", None)
    if callable(own):
        made = own()
        assert isinstance(made, event)
        return made
    return event.model_validate(_fields(event))


def write_missing(root: Path) -> list[str]:
    """Write the golden file of every event that has none; files that exist are never touched. The paths written."""
    written = []
    for event in event_classes():
        file = golden_file(event)
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            content = example(event).model_dump(mode="json")
            file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            written.append(file.relative_to(root).as_posix())
    return written


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(name, field.annotation) for name, field in model.model_fields.items()}


def _value(name: str, annotation: Any) -> Any:
    while isinstance(annotation, typing.NewType):
        annotation = annotation.__supertype__
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _value(name, arguments[0])
    if origin is typing.Literal:
        return arguments[0]
    if origin in (typing.Union, types.UnionType):
        return _value(name, next(one for one in arguments if one is not type(None)))
    if origin in (list, tuple, set, frozenset):
        return [_value(name, arguments[0])]
    if origin is dict:
        return {"name": _value(name, arguments[1])}
    return _plain(name, annotation)


def _plain(name: str, annotation: Any) -> Any:
    if annotation is UUID:
        # Another id for every field, so that two fields read crosswise do not go unnoticed.
        return f"01944f5e-0000-7000-8000-{zlib.crc32(name.encode()):012x}"
    if annotation is int and name.endswith("year"):
        return MOMENT.year
    if annotation in FIXED:
        return FIXED[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation)).value
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _fields(annotation)
    if getattr(annotation, "__name__", "") == "AwareDatetime":
        return FIXED[datetime]
    return f"{name} (fictional)"
