"""Headers of bytes that are no text are nobody's fault but their sender's, and no failure of ours (V73)."""

import asyncio
import json
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.integration.identity.people import PHONE, ask_for_code, some_morning
from tests.support import through_gateway
from tests.support.service_under_test import Serve, ServiceUnderTest


async def _log_in(service: ServiceUnderTest, user_agent: bytes) -> int:
    """The status of a login whose User-Agent is these bytes."""
    challenge_id, code = await ask_for_code(service)
    body = json.dumps({"challenge_id": challenge_id, "phone": PHONE, "code": code}).encode()
    to = urlsplit(service.base)
    lines = [f"POST {to.path}/sessions HTTP/1.1", "Host: a", "Content-Type: application/json", "Connection: close"]
    lines += [f"Content-Length: {len(body)}", f"Idempotency-Key: {uuid4()}"]
    lines += [f"{name}: {value}" for name, value in through_gateway.HEADERS.items()]
    reader, writer = await asyncio.open_connection(to.hostname, to.port)
    writer.write("\r\n".join(lines).encode() + b"\r\nUser-Agent: " + user_agent + b"\r\n\r\n" + body)
    async with asyncio.timeout(15):
        first = await reader.readline()
    writer.close()
    return int(first.split()[1])


@pytest.mark.requirement("V73")
@pytest.mark.parametrize(
    "user_agent", [b"phone", "\u624b\u673a".encode(), "\u624b\u673a".encode("gb18030"), b"\xff\xfe"]
)
async def test_a_user_agent_of_any_bytes_logs_in(serve: Serve, user_agent: bytes) -> None:
    """Text in UTF-8 or not: it tells devices apart, and no more is asked of it."""
    service = await serve("identity", some_morning())
    assert await _log_in(service, user_agent) == 201
