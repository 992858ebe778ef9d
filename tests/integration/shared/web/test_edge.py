"""Everything a client can get wrong is a clear 4xx problem; nothing of ours leaks."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.shared.web.conftest import Edge


def _nested(depth: int) -> str:
    return '{"name":"x","nested":' + '{"a":' * depth + "1" + "}" * depth + "}"


CORPUS: dict[str, tuple[bytes, int, str]] = {
    "not json": (b"{", 400, "malformed_body"),
    "empty": (b"", 400, "malformed_body"),
    "not utf-8": (b'{"name":"\xff\xfe"}', 400, "malformed_body"),
    "nan": (b'{"name":"x","amount":NaN}', 400, "malformed_body"),
    "infinity": (b'{"name":"x","amount":1e999}', 400, "malformed_body"),
    "duplicate keys": (b'{"name":"x","name":"y"}', 400, "malformed_body"),
    "big integer": (b'{"name":"x","amount":9007199254740993}', 400, "malformed_body"),
    "huge integer": (b'{"name":"x","amount":' + b"9" * 5000 + b"}", 400, "malformed_body"),
    "deep": (_nested(40).encode(), 400, "malformed_body"),
    "very deep": (_nested(9000).encode(), 400, "malformed_body"),
    "long array": (json.dumps({"name": "x", "tags": ["a"] * 1001}).encode(), 400, "malformed_body"),
    "too large": (json.dumps({"name": "x" * 70_000}).encode(), 413, "too_large"),
    "unknown field": (b'{"name":"x","role":"zone_admin"}', 422, "body_invalid"),
    "missing field": (b"{}", 422, "body_invalid"),
    "wrong type": (b'{"name":7}', 422, "body_invalid"),
    "an array": (b"[]", 422, "body_invalid"),
    "null": (b"null", 422, "body_invalid"),
}


@pytest.mark.requirement("V73", "V76")
@pytest.mark.parametrize("name", CORPUS)
async def test_bad_bodies_are_clear_refusals(edge: Edge, name: str) -> None:
    """Every bad body gets its status, a stable code, a sentence and the request id; nothing takes effect."""
    raw, status, code = CORPUS[name]
    got = await edge.caller().call("POST", "/things", data=raw, headers={"Content-Type": "application/json"})
    assert (got.status, got.code) == (status, code)
    assert got.headers["Content-Type"].startswith("application/problem+json")
    assert got.body["request_id"] == got.headers["X-Request-Id"]
    assert got.body["title"]
    assert await edge.effects() == 0


@pytest.mark.requirement("V73")
async def test_a_body_within_the_limits_is_taken(edge: Edge) -> None:
    """Control for the corpus: the same shapes just inside the limits pass."""
    caller = edge.caller()
    for body in (_nested(29), json.dumps({"name": "x", "tags": ["a"] * 1000, "amount": (1 << 53)})):
        got = await caller.call("POST", "/things", data=body.encode(), headers={"Content-Type": "application/json"})
        assert got.status == 201, got.body


_NAMED = '{"name":"张试"}'
ENCODED: dict[str, tuple[bytes, str, int, str]] = {
    "gbk": (_NAMED.encode("gbk"), "application/json; charset=gbk", 415, "charset_not_supported"),
    "gbk unsaid": (_NAMED.encode("gbk"), "application/json", 400, "malformed_body"),
    "utf-8 said to be gbk": (_NAMED.encode(), "application/json; charset=gbk", 415, "charset_not_supported"),
    "no charset at all": (_NAMED.encode(), "application/json; charset=nonsense", 415, "charset_not_supported"),
    "empty charset": (_NAMED.encode(), 'application/json; charset=""', 415, "charset_not_supported"),
    "utf-7": (b'{"name":"+AHgAeA-"}', "application/json; charset=utf-7", 415, "charset_not_supported"),
    "utf-16": (_NAMED.encode("utf-16"), "application/json; charset=utf-16", 415, "charset_not_supported"),
    "utf-16 unsaid": (_NAMED.encode("utf-16"), "application/json", 400, "malformed_body"),
    "utf-16 without mark": (_NAMED.encode("utf-16-le"), "application/json", 400, "malformed_body"),
    "utf-16 of ascii": ('{"name":"x"}'.encode("utf-16-be"), "application/json", 400, "malformed_body"),
    "utf-32": (_NAMED.encode("utf-32"), "application/json", 400, "malformed_body"),
    "byte order mark": (_NAMED.encode("utf-8-sig"), "application/json; charset=utf-8", 400, "malformed_body"),
    "half a character": (_NAMED.encode()[:-3] + b'"}', "application/json", 400, "malformed_body"),
    "surrogates": (b'{"name":"\xed\xa0\x80"}', "application/json", 400, "malformed_body"),
    "nul in utf-16": ('{"name":"a\\u0000b"}'.encode("utf-16"), "application/json", 400, "malformed_body"),
}


@pytest.mark.requirement("V73", "V76")
@pytest.mark.parametrize("name", ENCODED)
async def test_bodies_are_utf_8_whatever_the_client_calls_them(edge: Edge, name: str) -> None:
    """Another encoding, said or not, and a mark of the byte order are refused; nothing takes effect."""
    raw, content_type, status, code = ENCODED[name]
    got = await edge.caller().call("POST", "/things", data=raw, headers={"Content-Type": content_type})
    assert (got.status, got.code) == (status, code)
    assert "UTF-8" in got.body["title"] or got.code == "malformed_body"
    assert await edge.effects() == 0


@pytest.mark.requirement("V73")
@pytest.mark.parametrize(
    "said", ["application/json", "application/json; charset=UTF-8", 'Application/JSON;charset="utf8"']
)
async def test_utf_8_is_taken_however_it_is_said(edge: Edge, said: str) -> None:
    """Control: the same text in UTF-8 passes."""
    got = await edge.caller().call("POST", "/things", data=_NAMED.encode(), headers={"Content-Type": said})
    assert got.status == 201, got.body


async def test_errors_point_at_the_field_and_never_echo_its_value(edge: Edge) -> None:
    """A JSON pointer per problem, in both languages, without what was typed."""
    caller = edge.caller()
    zh = await caller.post("/things", {"name": "11010519491231002X-too-long", "tags": [5]})
    en = await caller.call("POST", "/things", {"name": ""}, headers={"Accept-Language": "en"})
    assert [e["pointer"] for e in zh.body["errors"]] == ["/name", "/tags/0"]
    assert "11010519491231002X" not in json.dumps(zh.body)
    assert zh.body["errors"][0]["detail"] == "内容过长"
    assert "at least 1 character" in en.body["errors"][0]["detail"]


@pytest.mark.requirement("V73", "V76")
@pytest.mark.parametrize(
    ("name", "pointer"), [("role", "/role"), ("zhang@mail.example", "/*"), ("11010519491231002X", "/*"), ("张试", "/*")]
)
async def test_what_stands_in_the_place_of_a_name_is_not_repeated(edge: Edge, name: str, pointer: str) -> None:
    """An unknown field is named back, an address, a number or a person in its place is not."""
    got = await edge.caller().post("/things", {"name": "x", name: "y"})
    assert (got.status, [one["pointer"] for one in got.body["errors"]]) == (422, [pointer])
    assert name == "role" or name not in str(got.body)


@pytest.mark.requirement("V76")
async def test_a_fault_of_ours_shows_nothing_of_the_inside(edge: Edge) -> None:
    """No traceback, path or value: a sentence and the request id."""
    got = await edge.caller().get("/broken")
    assert (got.status, got.code) == (500, "internal_error")
    assert "secret" not in json.dumps(got.body)
    assert "1101051949" not in json.dumps(got.body)


@pytest.mark.requirement("V77")
async def test_unknown_paths_and_methods_are_problems_too(edge: Edge) -> None:
    """404 and 405 in the same shape, with Allow."""
    caller = edge.caller()
    assert (await caller.get("/nothing")).code == "not_found"
    wrong = await caller.call("DELETE", "/things")
    assert (wrong.status, wrong.code, wrong.headers["Allow"]) == (405, "method_not_allowed", "POST")
    assert (await caller.put("/things/not-a-uuid", {"name": "x"}, version=3)).status == 404


async def test_transitions_need_the_version_that_was_seen(edge: Edge) -> None:
    """No version 428, an old one 409 naming the present, the right one passes with the new ETag."""
    caller, path = edge.caller(), f"/things/{uuid4()}"
    assert (await caller.put(path, {"name": "x"})).code == "version_missing"
    stale = await caller.put(path, {"name": "x"}, version=2)
    assert (stale.status, stale.code) == (409, "stale_version")
    assert "3" in stale.body["title"]
    assert (await caller.put(path, {"name": "x"}, version=3)).headers["ETag"] == '"4"'


@pytest.mark.requirement("V26")
async def test_policy_decides_before_anything_is_read(edge: Edge) -> None:
    """No token 401, wrong role 403, spoofed identity headers nothing, public open."""
    spoofed = {"X-User-Id": "1", "X-Role": "zone_admin", "X-Forwarded-User": "root"}
    assert (await edge.caller().call("GET", "/staff", headers=spoofed)).status == 403
    assert (await edge.caller("zone_admin").get("/staff")).status == 200
    nobody: dict[str, Any] = {"Authorization": "Bearer "}
    assert (await edge.caller().call("GET", "/staff", headers=nobody)).status == 401
    async with edge.session.get(f"{edge.base}/open") as got:
        assert got.status == 200
    async with edge.session.get(f"{edge.base}/staff", headers=spoofed) as got:
        assert got.status == 401


async def test_the_documents_are_served_offline(edge: Edge) -> None:
    """OpenAPI 3.1 with policies, and a page that fetches nothing."""
    document = (await edge.caller().get("/openapi.json")).body
    assert document["openapi"] == "3.1.0"
    assert document["paths"]["/api/edge/v1/staff"]["get"]["x-policy"] == ["zone_admin"]
    async with edge.session.get(f"{edge.base}/docs") as got:
        text = await got.text()
    assert "post_thing" not in text or "/api/edge/v1/things" in text
    assert "http" not in text.replace("http-equiv", "")
