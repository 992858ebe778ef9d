"""The mailbox's HTTP side: the SMS provider's API at /, WeChat's below /wechat/, and /mailbox/ for people and tests."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount, refusal
from deploy.local.mailbox.letters import Letter, Letters
from deploy.local.mailbox.page import render
from deploy.local.mailbox.wechat import FakeWechat, build_wechat

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LETTERS = web.AppKey("letters", Letters)
_ACCOUNT = web.AppKey("account", AliyunAccount)


def build_mailbox(account: AliyunAccount, wechat: FakeWechat) -> web.Application:
    """The application."""
    app = web.Application()
    app[_LETTERS] = Letters()
    app[_ACCOUNT] = account
    app.router.add_post("/", _provider)
    app.add_subapp("/wechat/", build_wechat(wechat))
    app.router.add_get("/livez", _alive)
    app.router.add_get("/mailbox/", _page)
    app.router.add_get("/mailbox/messages", _messages)
    return app


async def _provider(request: web.Request) -> web.Response:
    """SendSms and QuerySendDetails as documented; other actions are refused."""
    body = await request.read()
    if (code := refusal(request, body, request.app[_ACCOUNT])) is not None:
        return _answer(403, Code=code, Message="signature")
    action = request.headers["x-acs-action"]
    if action == "SendSms":
        return _send(request)
    if action == "QuerySendDetails":
        return _query(request)
    return _answer(404, Code="InvalidAction.NotFound", Message=action)


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


def _answer(status: int, **fields: object) -> web.Response:
    return web.json_response({"RequestId": str(uuid4()), **fields}, status=status)
