"""What clients send is read within limits before anything else sees it (V73)."""

import pytest
from pydantic import BaseModel

from shared.web.audit_trail import AuditQuery, _after
from shared.web.cursors import CursorInvalid, decode_cursor, encode_cursor
from shared.web.reading import BodyInvalid, NulInText, load_json, parse_query


class _Query(BaseModel):
    q: str


@pytest.mark.requirement("V73")
@pytest.mark.parametrize(
    "raw", [rb'{"reason":"a\u0000b"}', rb'{"\u0000":1}', rb'{"a":[{"b":["\u0000"]}]}', rb'"\u0000"']
)
def test_the_character_nul_is_refused_wherever_it_stands_in_a_body(raw: bytes) -> None:
    """PostgreSQL does not store it: it is refused with a sentence, in values, names and lists."""
    with pytest.raises(NulInText):
        load_json(raw)
    assert "\0" in str(load_json(raw, takes_nul=True)).replace("\\x00", "\0")


def test_control_a_text_that_speaks_of_nul_is_taken() -> None:
    """An escaped backslash before u0000 is six harmless characters."""
    assert load_json(rb'{"reason":"\\u0000"}') == {"reason": "\\u0000"}


@pytest.mark.requirement("V73")
def test_the_character_nul_is_refused_in_a_query_and_in_a_cursor() -> None:
    """Both are decoded before they are looked at."""
    assert parse_query({"q": "x"}, _Query) == _Query(q="x")
    with pytest.raises(NulInText):
        parse_query({"q": "x\0"}, _Query)
    with pytest.raises(CursorInvalid):
        decode_cursor(encode_cursor("\0"), (str,))


@pytest.mark.requirement("V64")
@pytest.mark.parametrize("wanted", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59Z", "2016-12-31T23:59:59"])
def test_a_time_outside_of_the_life_of_the_trail_is_refused(wanted: str) -> None:
    """Such a time can not be written in every offset; one of this century can."""
    assert parse_query({"since": "2027-01-05T09:00:00Z"}, AuditQuery)
    for name in ("since", "until"):
        with pytest.raises(BodyInvalid):
            parse_query({name: wanted}, AuditQuery)


@pytest.mark.requirement("V64")
def test_a_position_in_the_trail_is_a_time_a_lane_and_a_number() -> None:
    """What the trail gave out comes back as it is, with its offset; a made-up one is refused."""
    at = "2027-01-05T09:00:00.000120+08:00"
    assert _after(encode_cursor(at, 3, 7)) == (at, 3, 7)
    for made_up in (("\0", 0, 0), ("x", 0, 0), (at, 2**15, 0), (at, 0, 2**63)):
        with pytest.raises(CursorInvalid):
            _after(encode_cursor(*made_up))
