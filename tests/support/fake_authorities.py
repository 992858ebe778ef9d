"""Authorities that know which name belongs to which number, speaking the documented protocols of Aliyun and Tencent
over real HTTP: they check the signature as the vendors do, and follow a script, one reply per question."""

import asyncio
import hashlib
import hmac
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount, refusal

ACCOUNT = AliyunAccount("test-authority-key", "test-authority-secret")
_TC3 = re.compile(
    r"^TC3-HMAC-SHA256 Credential=([^/]+)/([0-9-]{10})/faceid/tc3_request, SignedHeaders=([^,]+), "
    r"Signature=([0-9a-f]{64})$"
)
HANG, CUT, GARBAGE, REDIRECT, BROKEN, HUGE = "hang", "cut", "garbage", "redirect", "broken", "huge"
"""Replies that are no answer: silence, a closed connection, no JSON, another address, status 500, a flood."""


class FakeAuthority:
    """One fake; `asked` are the (name, number) pairs in the order in which they were asked."""

    def __init__(self) -> None:
        self.script: deque[Any] = deque()
        self.asked: list[tuple[str, str]] = []
        self.lured = 0
        self.url = ""
        self._let_go = asyncio.Event()

    def says(self, replies: Iterable[Any]) -> None:
        """What the next questions are answered with; the last reply stays."""
        self.script = deque(replies)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """POST / of both vendors."""
        body = await request.read()
        if (code := self._refused(request, body)) is not None:
            return code
        reply = self.script.popleft() if len(self.script) > 1 else self.script[0]
        return await self._reply(request, reply)

    async def lure(self, _: web.Request) -> web.Response:
        """Where a redirect leads; nobody should come."""
        self.lured += 1
        return web.json_response({"Code": "200", "ResultObject": {"BizCode": "1"}, "Response": {"Result": "0"}})

    def release(self) -> None:
        """Let hanging requests end."""
        self._let_go.set()

    def _refused(self, request: web.Request, body: bytes) -> web.Response | None:
        if request.headers.get("x-acs-action") == "Id2MetaVerify":
            if (code := refusal(request, body, ACCOUNT)) is not None:
                return web.json_response({"Code": code, "Message": "signature"}, status=403)
            form = {key: values[0] for key, values in parse_qs(body.decode(), strict_parsing=True).items()}
            if form["ParamType"] != "normal" or request.headers["x-acs-version"] != "2019-03-07":
                return web.json_response({"Code": "MissingParamType"}, status=400)
            self.asked.append((form["UserName"], form["IdentifyNum"]))
            return None
        if (code := _tc3_refusal(request, body)) is not None:
            return web.json_response({"Response": {"Error": {"Code": code, "Message": ""}, "RequestId": "r"}})
        question = json.loads(body)
        self.asked.append((question["Name"], question["IdCard"]))
        return None

    async def _reply(self, request: web.Request, reply: Any) -> web.StreamResponse:
        if reply == HANG:
            await self._let_go.wait()
        if reply in (HANG, CUT):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if reply == GARBAGE:
            return web.Response(text="<html>maintenance</html>", content_type="text/html")
        if reply == REDIRECT:
            return web.Response(status=302, headers={"Location": f"{self.url}/lure"})
        if reply == BROKEN:
            return web.Response(status=500, text="oops")
        if reply == HUGE:
            return web.Response(text="[" + "1," * 100_000 + "1]", content_type="application/json")
        return web.json_response(reply)


def _tc3_refusal(request: web.Request, body: bytes) -> str | None:
    """The vendor's error code for a request that is not signed right, computed from what arrived."""
    if (match := _TC3.match(request.headers.get("Authorization", ""))) is None:
        return "AuthFailure.InvalidAuthorization"
    key_id, date, names, signature = match.groups()
    if key_id != ACCOUNT.key_id:
        return "AuthFailure.SecretIdNotFound"
    stamp = request.headers.get("X-TC-Timestamp", "")
    if datetime.fromtimestamp(int(stamp), UTC).date().isoformat() != date:
        return "AuthFailure.SignatureExpire"
    wanted = ("IdCardVerification", "2018-03-01")
    if (request.headers.get("X-TC-Action"), request.headers.get("X-TC-Version")) != wanted:
        return "InvalidAction"
    if not request.headers.get("X-TC-Region"):
        return "MissingParameter"
    values = {n: request.headers[n] if n == "content-type" else request.headers[n].lower() for n in names.split(";")}
    lines = "".join(f"{name}:{value.strip()}\n" for name, value in values.items())
    canonical = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    text = f"TC3-HMAC-SHA256\n{stamp}\n{date}/faceid/tc3_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("TC3" + ACCOUNT.key_secret).encode()
    for step in (date, "faceid", "tc3_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return None if hmac.compare_digest(expected, signature) else "AuthFailure.SignatureFailure"


@asynccontextmanager
async def fake_authority() -> AsyncIterator[FakeAuthority]:
    """A fake on a free port of loopback."""
    fake = FakeAuthority()
    app = web.Application()
    app.router.add_post("/", fake.answer)
    app.router.add_route("*", "/lure", fake.lure)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        fake.release()
        await runner.cleanup()
