"""Logs hide personal data by key and by pattern, and take no orders from what they quote (V54)."""

from typing import Any

import pytest

from shared.logging import mask
from shared.masking import mask_document_no, mask_email, mask_name, mask_phone


@pytest.mark.requirement("V54")
@pytest.mark.parametrize(
    "entry",
    [
        {"event": "x", "phone": "13900000000"},
        {"event": "x", "document_no": "anything"},
        {"event": "x", "nested": {"access_token": "abc"}},
        {"event": "login of 13900000000 failed"},
        {"event": "card 11010519491231002X read"},
        {"event": "card 11010519491231002x read"},
        {"event": "x", "detail": ["Bearer eyJhbGciOiJFUzI1NiIsInR5cCI6.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"]},
    ],
)
def test_personal_data_and_tokens_never_reach_the_line(entry: dict[str, Any]) -> None:
    """By name of the key, or by what the value looks like, at any depth."""
    written = str(mask(None, "info", entry))
    for secret in ("13900000000", "11010519491231002", "anything", "abc", "c2lnbmF0dXJl"):
        assert secret not in written


@pytest.mark.requirement("V54")
def test_control_ordinary_values_stay() -> None:
    """Ids, codes and counts are what logs are for."""
    entry = {"event": "delivery_settled", "delivery_id": "01a20903-aaaa-7bbb-8ccc-123456789012", "count": 17}
    assert mask(None, "info", dict(entry)) == entry


@pytest.mark.requirement("V54")
def test_a_value_can_not_forge_a_line() -> None:
    """Line breaks and terminal escapes become blanks."""
    written = mask(None, "info", {"event": "name", "value": "a\nlevel=error\r\x1b[31mb"})["value"]
    assert not any(char in written for char in "\n\r\x1b")


@pytest.mark.requirement("V55")
@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (mask_name("张三丰"), "张*丰"),
        (mask_name("李四"), "李*"),
        (mask_name("阿里木·买买提"), "阿*****提"),
        (mask_document_no("11010519491231002X"), "110105********002X"),
        (mask_document_no("A1234563"), "******63"),
        (mask_phone("13912345678"), "139****5678"),
        (mask_email("chen@mail.example"), "c***@mail.example"),
        (mask_email("c@mail.example"), "***@mail.example"),
    ],
)
def test_masked_values_show_the_allowed_part_only(masked: str, expected: str) -> None:
    """At most the first six and last four of a number, the first and last character of a name."""
    assert masked == expected
