"""Bad input through the gateway: always a clear 4xx problem, never a 5xx (V73), whoever sends it."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import Road

REQUESTS: dict[str, tuple[bytes, set[int]]] = {
    "no such path": (b"GET /api/declaration/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "no such service": (b"GET /api/payments/v1/x HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "internal path": (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "internal path of a service": (b"GET /api/identity/v1/../../../readyz HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
    "wrong method": (b"DELETE /api/identity/v1/login-codes HTTP/1.1\r\nHost: x\r\n\r\n", {405}),
    "no token": (b"GET /api/declaration/v1/declarations HTTP/1.1\r\nHost: x\r\n\r\n", {401}),
    "long address": (b"GET /api/identity/v1/" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414}),
    "long header": (
        b"GET /api/identity/v1/jwks HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20000 + b"\r\n\r\n",
        {400, 431},
    ),
    "bad encoding in the path": (
        b"GET /api/institution/v1/institutions/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
        {401, 400},
    ),
    "null byte": (b"GET /api/institution/v1/institutions/%00 HTTP/1.1\r\nHost: x\r\n\r\n", {400, 401}),
    "not HTTP": (b"HELO mail\r\n\r\n", {400}),
    "lying length": (
        b"POST /api/identity/v1/login-codes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 999999999\r\n\r\n{}",
        {413},
    ),
}


def _post(body: bytes, content_type: str = "application/json") -> bytes:
    return (
        b"POST /api/identity/v1/login-codes HTTP/1.1\r\nHost: x\r\nContent-Type: " + content_type.encode() +
        b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    )  # fmt: skip


BODIES: dict[str, tuple[bytes, set[int]]] = {
    "empty": (b"", {400}),
    "not json": (b"{", {400}),
    "deep": (b'{"phone":' + b"[" * 5000 + b"]" * 5000 + b"}", {400}),
    "nan": (b'{"phone":NaN}', {400}),
    "duplicate keys": (b'{"phone":"1","phone":"2"}', {400}),
    "large": (json.dumps({"phone": "1" * 70000}).encode(), {413}),
    "unknown field": (b'{"phone":"13900000000","role":"zone_admin"}', {422}),
    "foreign number": (b'{"phone":"+4915112345678"}', {422}),
    "sql": (b'{"phone":"\' OR 1=1 --"}', {422}),
}


async def _send(road: Road, raw: bytes) -> tuple[int, bytes]:
    where = urlsplit(road.stack.gateway_url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(raw)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    rest = await asyncio.wait_for(reader.read(65536), 20) if b"Content-Length: 0" not in head else b""
    writer.close()
    return int(head.split(b" ", 2)[1]), head + rest


@pytest.mark.requirement("V73", "V26")
@pytest.mark.parametrize("name", REQUESTS)
async def test_broken_requests_are_refused_clearly(road: Road, name: str) -> None:
    """Each has its status; none is a 5xx; what has a body is a problem with a code."""
    raw, statuses = REQUESTS[name]
    status, answer = await _send(road, raw)
    assert status in statuses, answer[:300]


@pytest.mark.requirement("V73", "V76")
@pytest.mark.parametrize("name", BODIES)
async def test_broken_bodies_are_refused_clearly(road: Road, name: str) -> None:
    """The corpus at a public operation, through the gateway."""
    body, statuses = BODIES[name]
    status, answer = await _send(road, _post(body))
    assert status in statuses, answer[:300]
    assert b'"code"' in answer
    assert b"Traceback" not in answer
