"""The scanner for personal data finds what is planted, in every form (V50)."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.leaks import leaks

VALUES = ["欧阳金丝雀", "420106199003070012", "13900000001"]
FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda value: value.encode("utf-16"),
    "gb18030": lambda value: value.encode("gb18030"),
    "json": lambda value: json.dumps({"name": value}).encode(),
    "address": lambda value: f"GET /x?q={quote(value)}".encode(),
    "hex": lambda value: value.encode().hex().encode(),
    "base64": lambda value: base64.b64encode(value.encode()),
    "base64 inside": lambda value: base64.b64encode(f'{{"phone":"{value}"}}'.encode()),
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(f"ab{value}".encode()),
}


@pytest.mark.requirement("V50", "V51")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", VALUES)
def test_a_planted_value_is_found(form: str, value: str) -> None:
    """In every form, among other bytes."""
    assert leaks(b"\x00before" + FORMS[form](value) + b"after\xff", VALUES) == [value]


@pytest.mark.requirement("V50")
@given(st.binary(max_size=2000))
def test_noise_is_no_leak(noise: bytes) -> None:
    """What is random names nobody."""
    assert leaks(noise, VALUES) == []
