"""The mailbox's HTTP side: the SMS provider's API at /, WeChat's below /wechat/, and /mailbox/ for people and tests."""

import json
import re
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount, refusal
from deploy.local.mailbox.letters import Letter, Letters
from deploy.local.mailbox.page import render
from deploy.local.mailbox.script import Scripted, scripted
from deploy.local.mailbox.tencent import FakeTencent
from deploy.local.mailbox.wechat import FakeWechat, build_wechat

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LETTERS = web.AppKey("letters", Letters)
_ACCOUNT = web.AppKey("account", AliyunAccount)
_SCRIPT: web.AppKey[deque[Scripted]] = web.AppKey("script", deque)
_SCRIPTS: web.AppKey[dict[str, deque[Scripted]]] = web.AppKey("scripts", dict)
_NONCES: web.AppKey[set[str]] = web.AppKey("nonces", set)


def build_mailbox(
    account: AliyunAccount,
    wechat: FakeWechat,
    tencent: FakeTencent | None = None,
    script: deque[Scripted] | None = None,
    letters: Letters | None = None,
) -> web.Application:
    """The application; `script` holds answers of Aliyun that come before the ordinary ones. All providers put what they
    accept into the same box, `letters`."""
    app = web.Application()
    app[_LETTERS] = letters or Letters()
    app[_SCRIPT] = deque() if script is None else script
    app[_NONCES] = set()
    app[_ACCOUNT] = account
    app.router.add_post("/", _provider)
    wechat.notices.letters = app[_LETTERS]
    app.add_subapp("/wechat/", build_wechat(wechat))
    if tencent is not None:
        tencent.letters = app[_LETTERS]
        app.router.add_post("/tencent", tencent.answer)
    app.router.add_get("/livez", _alive)
    app.router.add_get("/mailbox/", _page)
    app.router.add_get("/mailbox/messages", _messages)
    app[_SCRIPTS] = {"aliyun": app[_SCRIPT], "wechat": wechat.script["send"]}
    if tencent is not None:
        app[_SCRIPTS]["tencent"] = tencent.script
    app.router.add_post("/mailbox/script", _put_script)
    return app


async def _provider(request: web.Request) -> web.Response:
    """SendSms and QuerySendDetails as documented; other actions are refused."""
    body = await request.read()
    if (code := refusal(request, body, request.app[_ACCOUNT]) or _stale(request)) is not None:
        return _error(code)

    async def ordinary() -> web.Response:
        action = request.headers["x-acs-action"]
        does = {"SendSms": _send, "QuerySendDetails": _query}.get(action)
        return _answer(404, Code="InvalidAction.NotFound", Message=action) if does is None else does(request)

    return await scripted(request.app[_SCRIPT], request, ordinary, _error)


def _stale(request: web.Request) -> str | None:
    """The code for a clock that is a quarter of an hour off, and for a request that was seen before."""
    signed, nonces = datetime.fromisoformat(request.headers["x-acs-date"]), request.app[_NONCES]
    if abs(datetime.now(UTC) - signed) > timedelta(minutes=15):
        return "InvalidTimeStamp.Expired"
    if (nonce := request.headers["x-acs-signature-nonce"]) in nonces:
        return "SignatureNonceUsed"
    nonces.add(nonce)
    return None


def _send(request: web.Request) -> web.Response:
    query, letters = request.query, request.app[_LETTERS]
    if not _MOBILE.match(query.get("PhoneNumbers", "")):
        return _answer(200, Code="isv.MOBILE_NUMBER_ILLEGAL", Message="phone number")
    if not letters.knows(query.get("TemplateCode", "")):
        return _answer(200, Code="isv.SMS_TEMPLATE_ILLEGAL", Message="template")
    try:
        parameters = {str(k): str(v) for k, v in json.loads(query.get("TemplateParam") or "{}").items()}
    except (ValueError, AttributeError):
        return _answer(200, Code="isv.INVALID_JSON_PARAM", Message="TemplateParam")
    letter = letters.add(
        query["PhoneNumbers"],
        query.get("SignName", ""),
        query["TemplateCode"],
        parameters,
        query.get("OutId", ""),
        datetime.now(_SHANGHAI),
    )
    return _answer(200, Code="OK", Message="OK", BizId=letter.provider_id)


def _query(request: web.Request) -> web.Response:
    day = request.query.get("SendDate", "")
    found = [
        {"OutId": item.out_id, "SendStatus": 3, "ErrCode": "DELIVERED", "PhoneNum": item.to, "Content": item.text}
        for item in request.app[_LETTERS].find(request.query.get("PhoneNumber"))
        if f"{item.received_at:%Y%m%d}" == day
    ]
    return _answer(200, Code="OK", TotalCount=str(len(found)), SmsSendDetailDTOs={"SmsSendDetailDTO": found})


async def _messages(request: web.Request) -> web.Response:
    """JSON for tests and the demo: ?to=<number>&after=<number of the last one seen>."""
    after = request.query.get("after", "0")
    found = request.app[_LETTERS].find(request.query.get("to"), int(after) if after.isdigit() else 0)
    return web.json_response({"messages": [_fields(letter) for letter in found]})


async def _put_script(request: web.Request) -> web.Response:
    """Answers out of the ordinary for a drill: {"provider": "tencent", "answers": [{"body": "cut", "accept":
    true}]}."""
    told = await request.json()
    request.app[_SCRIPTS][told["provider"]].extend(Scripted(**answer) for answer in told["answers"])
    return web.json_response({"waiting": len(request.app[_SCRIPTS][told["provider"]])})


async def _page(request: web.Request) -> web.Response:
    to, channel = (request.query.get(name, "").strip() for name in ("to", "channel"))
    page = render(request.app[_LETTERS].find(to or None), to=to, channel=channel)
    return web.Response(text=page, content_type="text/html", charset="utf-8")


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


def _fields(letter: Letter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "channel": letter.channel,
        "to": letter.to,
        "text": letter.text,
        "template_code": letter.template_code,
        "parameters": letter.parameters,
        "received_at": letter.received_at.isoformat(),
    }


def _error(code: int | str) -> web.Response:
    """Errors of the business come with status 200, others with 4xx."""
    return _answer(
        200 if str(code).startswith(("isv.", "isp.")) else 403, Code=str(code), Message="see the list of codes"
    )


def _answer(status: int, **fields: object) -> web.Response:
    return web.json_response({"RequestId": str(uuid4()), **fields}, status=status)
