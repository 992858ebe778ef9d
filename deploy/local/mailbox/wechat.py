"""WeChat's side of a mini-program, as its documentation describes it: jscode2session, stable_token, getuserphonenumber
and subscription messages. Nobody taps a phone here, so a code says itself whom it stands for:

    who-<name>-<nonce>                  a login code of the WeChat user <name>
    phone-<number>-<name>-<nonce>       what the phone button gives that user
    error-<errcode>-<nonce>             a code that is answered with this error

Every code works once. Tests put further answers, or none, into `script`."""

import base64
import hashlib
import re
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from deploy.local.mailbox.notice_book import NoticeBook
from deploy.local.mailbox.script import Scripted, scripted

APPID = "wx0tiro0development"
_CODE = re.compile(r"^(?:who-(?P<who>\w+)|phone-(?P<phone>\d{11})-(?P<of>\w+)|error-(?P<error>-?\d+))-\w+$")
_RENEWS_BEFORE = 300.0


@dataclass
class FakeWechat:
    """One mini-program at WeChat. `script`: path -> answers that come before the ordinary ones."""

    appid: str
    secret: str
    now: Callable[[], float] = time.time
    token_seconds: int = 7200
    watermark_appid: str | None = None
    watermark_age: int = 0
    country_code: object = 86
    script: dict[str, deque[Scripted]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[str] = field(default_factory=list)
    session_keys: list[str] = field(default_factory=list)
    tokens_issued: int = 0
    forced: int = 0
    notices: NoticeBook = field(default_factory=NoticeBook)
    _used: set[str] = field(default_factory=set)
    _tokens: dict[str, float] = field(default_factory=dict)
    _current: str = ""

    def openid(self, who: str) -> str:
        """The same user has another openid in another app."""
        digest = hashlib.sha256(f"{self.appid}/{who}".encode()).digest()
        return "o" + base64.urlsafe_b64encode(digest).decode()[:27]

    def forget_tokens(self) -> None:
        """Every access token stops working, as after a leak: the next one is a new one."""
        self._tokens.clear()
        self._current = ""

    def session(self, query: dict[str, str]) -> dict[str, object]:
        """jscode2session."""
        if fault := self._of_the_app(query.get("appid"), query.get("secret")):
            return fault
        if query.get("grant_type") != "authorization_code":
            return _error(40002)
        found = self._take(query.get("js_code", ""))
        if isinstance(found, int):
            return _error(found)
        if not found["who"]:
            return _error(40029)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.session_keys.append(key)
        # No errcode on success.
        return {"openid": self.openid(found["who"]), "session_key": key, "unionid": "u" + self.openid(found["who"])}

    def token(self, body: dict[str, object]) -> dict[str, object]:
        """stable_token: in normal mode the same token until its last five minutes; then both work for that long."""
        if fault := self._of_the_app(body.get("appid"), body.get("secret")):
            return fault
        now = self.now()
        if body.get("force_refresh"):
            self.forced += 1
            self.forget_tokens()
        left = self._tokens.get(self._current, 0.0) - now
        if left <= _RENEWS_BEFORE:
            self._current = secrets.token_urlsafe(384)[:512]
            self._tokens[self._current] = now + self.token_seconds
            self.tokens_issued += 1
            left = float(self.token_seconds)
        return {"access_token": self._current, "expires_in": int(left)}

    def phone(self, token: str, body: dict[str, object]) -> dict[str, object]:
        """getuserphonenumber."""
        if (refused := self._of_the_token(token)) is not None:
            return refused
        found = self._take(str(body.get("code", "")))
        if isinstance(found, int):
            return _error(found)
        if not found["phone"]:
            return _error(40029)
        if body.get("openid") not in (None, self.openid(found["of"])):
            return _error(40003)
        watermark = {
            "timestamp": int(self.now()) - self.watermark_age,
            "appid": self.watermark_appid or self.appid,
        }
        number = found["phone"]
        info = {
            "phoneNumber": f"+{self.country_code}{number}",
            "purePhoneNumber": number,
            "countryCode": self.country_code,
            "watermark": watermark,
        }
        return {"errcode": 0, "errmsg": "ok", "phone_info": info}

    def notice(self, token: str, body: dict[str, object]) -> dict[str, object]:
        """message/subscribe/send."""
        if (refused := self._of_the_token(token)) is not None:
            return refused
        taken = self.notices.take(body)
        return _error(taken) if isinstance(taken, int) else taken

    def _of_the_token(self, token: str) -> dict[str, object] | None:
        if not token:
            return _error(41001)
        if token not in self._tokens:
            return _error(40001)
        return _error(42001) if self._tokens[token] <= self.now() else None

    def _of_the_app(self, appid: object, secret: object) -> dict[str, object] | None:
        if not appid:
            return _error(41002)
        if appid != self.appid:
            return _error(40013)
        if not secret:
            return _error(41004)
        return None if secret == self.secret else _error(40125)

    def _take(self, code: str) -> dict[str, str] | int:
        if not code:
            return 41008
        if (match := _CODE.match(code)) is None:
            return 40029
        if code in self._used:
            return 40163
        self._used.add(code)
        return int(match["error"]) if match["error"] else {k: v or "" for k, v in match.groupdict().items()}


def build_wechat(fake: FakeWechat) -> web.Application:
    """The application, to be served alone or below a prefix."""

    async def session(request: web.Request) -> web.Response:
        async def ordinary() -> web.Response:
            return _text(fake.session(dict(request.query)))

        return await _answer(fake, request, ordinary)

    async def token(request: web.Request) -> web.Response:
        async def ordinary() -> web.Response:
            return web.json_response(fake.token(await _body(request)))

        return await _answer(fake, request, ordinary)

    async def phone(request: web.Request) -> web.Response:
        async def ordinary() -> web.Response:
            return web.json_response(fake.phone(request.query.get("access_token", ""), await _body(request)))

        return await _answer(fake, request, ordinary)

    async def notice(request: web.Request) -> web.Response:
        async def ordinary() -> web.Response:
            return web.json_response(fake.notice(request.query.get("access_token", ""), await _body(request)))

        return await _answer(fake, request, ordinary)

    app = web.Application()
    app.router.add_get("/sns/jscode2session", session)
    app.router.add_post("/cgi-bin/stable_token", token)
    app.router.add_post("/wxa/business/getuserphonenumber", phone)
    app.router.add_post("/cgi-bin/message/subscribe/send", notice)
    return app


async def _answer(
    fake: FakeWechat, request: web.Request, ordinary: Callable[[], Awaitable[web.Response]]
) -> web.Response:
    name = request.path.rsplit("/", 1)[-1]
    fake.calls.append(name)
    return await scripted(fake.script[name], request, ordinary, lambda errcode: _text(_error(int(errcode))))


async def _body(request: web.Request) -> dict[str, object]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _text(answer: dict[str, object]) -> web.Response:
    """This interface calls its JSON text/plain."""
    return web.json_response(answer, content_type="text/plain")


def _error(errcode: int) -> dict[str, object]:
    return {"errcode": errcode, "errmsg": f"error {errcode}, rid: 00000000-00000000"}
