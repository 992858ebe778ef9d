"""Conditions of eligibility rules: structured data, checked and compiled once per catalogue version.

    {"all": [...]} {"any": [...]} {"not": {...}}
    {"fact": name, <operator>: value}    operators: is, in, at_least, at_most, before, has, contains_any
A value {"fact": other} compares two facts. A fact that is unknown for a declaration satisfies no operator."""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

Facts = Mapping[str, Any]
Condition = Callable[[Facts], bool]
Kind = Literal["text", "number", "flag", "date", "set"]

FACTS: Final[Mapping[str, Kind]] = {
    "year": "number",
    "exam_level": "text",
    "route": "text",
    "category_code": "text",
    "category_family": "text",
    "category_kind": "text",
    "education_level": "text",
    "education_form": "text",
    "school": "text",
    "major": "text",
    "degree_type": "text",
    "enrolled_on": "date",
    "graduated_on": "date",
    "graduated_year": "number",
    "previous_year": "number",
    "is_assistant_upgrade": "flag",
    "assistant_kind": "text",
    "assistant_months": "number",
    "fresh_graduate": "flag",
    "is_active_military": "flag",
    "probation_days": "number",
    "probation_months": "number",
    "full_at_registration": "flag",
    "full_by_completion": "flag",
    "uninterrupted_year": "flag",
    "first_start": "date",
    "latest_start": "date",
    "applicant_kind": "text",
    "documents": "set",
    "prior_rows": "number",
    "prior_rows_without_certificate": "number",
}
"""Every fact a rule may ask for, and what it is."""

_OPERATORS: Final = frozenset({"is", "in", "at_least", "at_most", "before", "has", "contains_any"})
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": operator.eq,
    "at_least": operator.ge,
    "at_most": operator.le,
    "before": operator.lt,
    "has": operator.contains,
    "contains_any": lambda fact, value: any(part in fact for part in value),
}


class ConditionMalformed(ValueError):
    """A rule's condition is no condition: refused when the catalogue is loaded."""


def compile_condition(data: object) -> Condition:
    """A predicate over facts. Raises ConditionMalformed on an unknown operator, fact or shape."""
    if not isinstance(data, Mapping):
        raise ConditionMalformed("a condition is an object")
    if not data:
        return lambda _facts: True
    if "fact" in data:
        return _comparison(data)
    if len(data) != 1:
        raise ConditionMalformed("one of all, any, not")
    (word, inner), *_ = data.items()
    if word == "not":
        negated = compile_condition(inner)
        return lambda facts: not negated(facts)
    if word not in ("all", "any") or not isinstance(inner, list) or not inner:
        raise ConditionMalformed(f"unknown or empty: {word}")
    parts = tuple(compile_condition(one) for one in inner)
    return _every(parts) if word == "all" else _some(parts)


def _every(parts: Sequence[Condition]) -> Condition:
    # Loops and not all(...): every submission passes here some sixty times.
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110
            if not part(facts):
                return False
        return True

    return holds


def _some(parts: Sequence[Condition]) -> Condition:
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110
            if part(facts):
                return True
        return False

    return holds


def _comparison(data: Mapping[str, Any]) -> Condition:
    name = data["fact"]
    operators = [key for key in data if key != "fact"]
    if name not in FACTS or len(operators) != 1 or operators[0] not in _OPERATORS:
        raise ConditionMalformed(f"unknown fact or operator: {name} {operators}")
    word, value = operators[0], data[operators[0]]
    if isinstance(value, Mapping):
        return _between_facts(name, word, str(value.get("fact")))
    if FACTS[name] == "date":
        value = _date(value)
    if value is None:
        raise ConditionMalformed("an unknown fact satisfies no operator, so nothing is compared with null")
    if word == "in":
        return lambda facts: facts[name] in value
    if word == "is":
        return lambda facts: bool(facts[name] == value)
    compare = _COMPARE[word]
    return lambda facts: facts[name] is not None and compare(facts[name], value)


def _between_facts(name: str, word: str, other: str) -> Condition:
    if other not in FACTS or FACTS[other] != FACTS[name] or word not in _COMPARE:
        raise ConditionMalformed(f"{name} can not be compared with {other}")
    compare = _COMPARE[word]
    return lambda facts: facts[name] is not None and facts[other] is not None and compare(facts[name], facts[other])


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConditionMalformed("a date is written YYYY-MM-DD") from None
