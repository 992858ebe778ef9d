"""Conditions of eligibility rules: structured data, checked and compiled once per catalogue version.

    {"all": [...]} {"any": [...]} {"not": {...}}
    {"fact": name, <operator>: value}    which operators a fact knows depends on its kind, see OPERATORS
A value {"fact": other} compares two facts of one kind. An unknown fact satisfies no operator."""

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
    "category_digit": "text",
    "education_level": "text",
    "education_form": "text",
    "school": "text",
    "major": "text",
    "degree_type": "text",
    "enrolled_on": "date",
    "enrolled_year": "number",
    "graduated_on": "date",
    "graduated_year": "number",
    "has_graduated": "flag",
    "course_months": "number",
    "entered_from": "text",
    "associate_major": "text",
    "direction_approved": "flag",
    "awarded_in": "text",
    "previous_year": "number",
    "is_assistant_upgrade": "flag",
    "assistant_kind": "text",
    "assistant_months": "number",
    "assistant_months_here": "number",
    "first_registration_date": "date",
    "first_registration_year": "number",
    "qualification_year": "number",
    "practice_cutoff": "date",
    "expertise_kind": "text",
    "apprenticeship_months": "number",
    "fresh_graduate": "flag",
    "is_active_military": "flag",
    "institution_names": "text",
    "posts": "text",
    "probation_days": "number",
    "probation_months": "number",
    "full_at_registration": "flag",
    "full_by_completion": "flag",
    "uninterrupted_year": "flag",
    "tertiary_year": "flag",
    "taiwan_hospital_year": "flag",
    "first_start": "date",
    "latest_start": "date",
    "completion_day": "date",
    "applicant_kind": "text",
    "region": "text",
    "banned": "flag",
    "banned_for_life": "flag",
    "banned_until": "date",
    "documents": "set",
    "prior_rows": "number",
    "prior_rows_without_certificate": "number",
    "transitional_secondary": "flag",
    "rural_text_zh": "text",
    "rural_text_en": "text",
    "today": "date",
}
"""Every fact a rule may ask for, and what it is."""

OPERATORS: Final[Mapping[Kind, frozenset[str]]] = {
    "text": frozenset({"is", "in", "contains_any"}),
    "number": frozenset({"is", "in", "at_least", "at_most", "before"}),
    "flag": frozenset({"is"}),
    "date": frozenset({"is", "at_least", "at_most", "before"}),
    "set": frozenset({"has"}),
}
_VALUES: Final[Mapping[Kind, type]] = {"text": str, "number": int, "flag": bool, "date": date, "set": str}
_LISTS: Final = frozenset({"in", "contains_any"})
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": operator.eq,
    "at_least": operator.ge,
    "at_most": operator.le,
    "before": operator.lt,
    "has": operator.contains,
    "contains_any": lambda fact, value: any(part in fact for part in value),
}
_BETWEEN_FACTS: Final = frozenset({"is", "at_least", "at_most", "before"})
_DEEPEST: Final = 12


class ConditionMalformed(ValueError):
    """A rule's condition is no condition: refused when the catalogue is loaded or edited. `pointer` says where."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


def compile_condition(data: object, pointer: str = "") -> Condition:
    """A predicate over facts. Raises ConditionMalformed on an unknown operator, fact, value or shape."""
    if not isinstance(data, Mapping):
        raise ConditionMalformed("a condition is an object", pointer)
    if not data:
        return lambda _facts: True
    if "fact" in data:
        return _comparison(data, pointer)
    if len(data) != 1 or pointer.count("/") > _DEEPEST * 2:
        raise ConditionMalformed("one of all, any, not, and not too many inside each other", pointer)
    (word, inner), *_ = data.items()
    if word == "not":
        negated = compile_condition(inner, f"{pointer}/not")
        return lambda facts: not negated(facts)
    if word not in ("all", "any") or not isinstance(inner, list) or not inner:
        raise ConditionMalformed(f"unknown or empty: {word}", pointer)
    parts = tuple(compile_condition(one, f"{pointer}/{word}/{place}") for place, one in enumerate(inner))
    return _every(parts) if word == "all" else _some(parts)


def kinds_asked_for(data: object) -> frozenset[str]:
    """The kinds of documents that a condition asks for with `has`."""
    if isinstance(data, list):
        return frozenset[str]().union(*map(kinds_asked_for, data))
    if not isinstance(data, Mapping):
        return frozenset()
    if "fact" in data:
        return frozenset({data["has"]}) if "has" in data else frozenset()
    return kinds_asked_for(list(data.values()))


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


def _comparison(data: Mapping[str, Any], pointer: str) -> Condition:
    name = data["fact"]
    operators = [key for key in data if key != "fact"]
    if not isinstance(name, str) or name not in FACTS:
        raise ConditionMalformed(f"unknown fact: {name}", f"{pointer}/fact")
    if len(operators) != 1 or operators[0] not in OPERATORS[FACTS[name]]:
        raise ConditionMalformed(f"{name} is compared by one of {', '.join(sorted(OPERATORS[FACTS[name]]))}", pointer)
    word, value = operators[0], data[operators[0]]
    if isinstance(value, Mapping):
        return _between_facts(name, word, value.get("fact"), f"{pointer}/{word}")
    value = _checked(FACTS[name], word, value, f"{pointer}/{word}")
    if word == "in":
        return lambda facts: facts[name] in value
    if word == "is":
        return lambda facts: bool(facts[name] == value)
    compare = _COMPARE[word]
    return lambda facts: facts[name] is not None and compare(facts[name], value)


def _between_facts(name: str, word: str, other: object, pointer: str) -> Condition:
    if not isinstance(other, str) or FACTS.get(other) != FACTS[name] or word not in _BETWEEN_FACTS:
        raise ConditionMalformed(f"{name} can not be compared with {other}", pointer)
    compare = _COMPARE[word]
    return lambda facts: facts[name] is not None and facts[other] is not None and compare(facts[name], facts[other])


def _checked(kind: Kind, word: str, value: object, pointer: str) -> Any:
    """The value as the fact's own type; an unknown fact satisfies no operator, so nothing is compared with null."""
    if word not in _LISTS:
        return _one(kind, value, pointer)
    if not isinstance(value, list) or not value:
        raise ConditionMalformed(f"{word} takes a list that is not empty", pointer)
    return tuple(_one(kind, one, f"{pointer}/{place}") for place, one in enumerate(value))


def _one(kind: Kind, value: object, pointer: str) -> Any:
    if kind == "date":
        return _date(value, pointer)
    # A bool is an int to Python, but no number to a person.
    if type(value) is not _VALUES[kind]:
        raise ConditionMalformed(f"a {kind} is compared with a {_VALUES[kind].__name__}", pointer)
    return value


def _date(value: object, pointer: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConditionMalformed("a date is written YYYY-MM-DD", pointer) from None
