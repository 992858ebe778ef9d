"""The hash names exactly what is printed: it changes with any of it and with nothing else."""

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.printing.content_hash import content_hash
from services.declaration.printing.qualified_list import ListContent, ListLine
from tests.unit.declaration.printing import samples


def test_known_content_has_its_known_hash() -> None:
    """The scheme is fixed: a list frozen today must be recognised by later releases."""
    assert content_hash(samples.content(3)) == "752428044b91d43d74ad421c10892b39be785cdab8bf6aa994cb7d6c69f8709f"


@pytest.mark.requirement("V70")
@pytest.mark.parametrize("field", [field.name for field in fields(ListContent)])
def test_every_field_of_the_list_counts(field: str) -> None:
    """No part of the list can change under an unchanged hash."""
    frozen = samples.content(3)
    value = getattr(frozen, field)
    changed: Any = value[:-1] if field == "lines" else "supplementary" if field == "kind" else _changed(value)
    assert content_hash(replace(frozen, **{field: changed})) != content_hash(frozen)


@pytest.mark.requirement("V70")
@pytest.mark.parametrize("field", [field.name for field in fields(ListLine)])
def test_every_field_of_a_line_counts(field: str) -> None:
    """No cell can change under an unchanged hash."""
    frozen = samples.content(3)
    line = frozen.lines[1]
    other: dict[str, Any] = {"sex": "unstated", "exam_level": "assistant_physician", "result": "provisional"}
    changed = replace(line, **{field: other.get(field, _changed(getattr(line, field)))})
    lines = (frozen.lines[0], changed, frozen.lines[2])
    assert content_hash(replace(frozen, lines=lines)) != content_hash(frozen)


def _changed(value: Any) -> Any:
    return value + (timedelta(days=1) if isinstance(value, date) else 1 if isinstance(value, int) else "x")


def test_order_counts() -> None:
    """Two lines in another order are another list."""
    frozen = samples.content(3)
    assert content_hash(replace(frozen, lines=frozen.lines[::-1])) != content_hash(frozen)


@given(st.text(max_size=40), st.text(max_size=40))
def test_equal_hash_means_equal_text(one: str, other: str) -> None:
    """No two names give the same hash, however odd their characters; the same name always gives the same."""
    frozen = samples.content(1)

    def hashed(name: str) -> str:
        return content_hash(replace(frozen, lines=(replace(frozen.lines[0], name=name),)))

    assert (hashed(one) == hashed(other)) == (one == other)


def test_numbers_without_a_canonical_form_are_refused() -> None:
    """A float in a list is a mistake in the caller, not something to round."""
    with pytest.raises(TypeError):
        content_hash((1.5,))
    assert json.dumps(1.0) != json.dumps(1)
