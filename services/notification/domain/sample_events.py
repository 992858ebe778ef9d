"""Invented events, one for every row of the rule table, made from the fields of the event's own class: what a preview
shows and what a template is checked against is what such an event brings, and never anything of a real person."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from itertools import product
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from services.notification.domain.audience import rule_key
from shared.contracts.event import Event

_SPACE: Final = UUID("5d1c7c0e-3f5b-4c55-9a51-6c6f1f1f2d40")
_AT: Final = datetime(2027, 1, 15, 1, 30, tzinfo=UTC)
_WORDS: Final[Mapping[str, str]] = {
    "institution_name": "示例省示例市虚构区第一人民医院（虚构分院）",
    "number": "D2027-000123",
    "client": "微信小程序",
}
_NUMBERS: Final[Mapping[str, int]] = {"cycle_year": 2027, "lines": 12, "waiting": 12, "days": 30, "minutes": 60}
_LISTS: Final[Mapping[str, list[str]]] = {"warnings": ["no_early_registration"]}
_MOMENTS: Final = (datetime, AwareDatetime)
_OF_CASE: Final[Mapping[str, Mapping[str, Any]]] = {
    "declaration.draft_reminded.v1": {"number": ""},
    "declaration.entered.v1": {"number": ""},
    "declaration.evaluation_recorded.v1": {"number": ""},
    "declaration.evaluations_waiting.v1:due": {"cycle_year": None},
    "declaration.lapsed.v1": {"number": ""},
    "identity.new_device_seen.v1:staff": {"person_id": None},
    "identity.new_device_seen.v1:person": {"staff_id": None},
}
"""What events of a case may leave out, though their class has it: no template may count on it."""


class EventUnknown(LookupError):
    """A key of the rule table that no event of ours falls under."""


def event_types() -> dict[str, type[Event]]:
    """Every event class that was read, by its wire type."""
    return {kind.TYPE: kind for kind in _below(Event) if "TYPE" in vars(kind)}


@cache
def sample_event(key: str) -> Event:
    """An event that falls under `key` of the rule table. Raises EventUnknown."""
    wire_type, _, case = key.partition(":")
    kind = event_types().get(wire_type)
    if kind is None:
        raise EventUnknown(key)
    fields = {name: _value(name, field) for name, field in kind.model_fields.items()}
    for choice in _choices(kind, case):
        event = kind.model_validate(fields | choice | dict(_OF_CASE.get(key, {})))
        if rule_key(event) == key:
            return event
    raise EventUnknown(key)


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _choices(kind: type[Event], case: str) -> Iterator[dict[str, Any]]:
    """Every combination of what a case can hang on: literals, switches, and words that name the case."""
    open_fields = {name: _alternatives(field, case) for name, field in kind.model_fields.items()}
    open_fields = {name: values for name, values in open_fields.items() if len(values) > 1}
    for values in product(*open_fields.values()):
        yield dict(zip(open_fields, values, strict=True))


def _alternatives(field: FieldInfo, case: str) -> tuple[Any, ...]:
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return (*get_args(kind), *(() if field.is_required() else (field.default,)))
    if kind is bool:
        return (False, True)
    if get_origin(kind) is list:
        return ([], *_LISTS.values())
    if kind is str and not field.is_required() and field.default is None:
        return (None, case)
    return ()


def _value(name: str, field: FieldInfo) -> Any:
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if kind is int:
        least = next((one.ge for one in field.metadata if hasattr(one, "ge")), 0)
        return max(_NUMBERS.get(name, 3), least)
    if kind is str:
        return _WORDS.get(name, "sample")
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {one: _moment(name, at, inner) for at, (one, inner) in enumerate(kind.model_fields.items())}
    return _plain(name, kind)


def _plain(name: str, kind: Any) -> Any:
    base = getattr(kind, "__supertype__", kind)
    if base is UUID:
        return uuid5(_SPACE, name)
    if base is bool:
        return False
    if base in _MOMENTS:
        return _AT
    if base is date:
        return _AT.date()
    if isinstance(base, type) and issubclass(base, Enum):
        return next(iter(base))
    return []


def _moment(name: str, position: int, field: FieldInfo) -> Any:
    """Moments of a group of dates differ from each other, and those after a change from those before."""
    if _without_none(field.annotation) not in _MOMENTS:
        return _plain(name, _without_none(field.annotation))
    return _AT + timedelta(days=30 * position + (7 if name == "after" else 0))


def _without_none(kind: Any) -> Any:
    """The type itself of `X | None` and of an annotated one."""
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if hasattr(kind, "__metadata__"):
        return _without_none(get_args(kind)[0])
    return kind
