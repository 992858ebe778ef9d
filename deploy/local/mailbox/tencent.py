"""Tencent's side of SMS (2021-01-11): SendSms and PullSmsSendStatusByPhoneNumber behind the TC3-HMAC-SHA256 signature,
computed from the request as it arrived and independent of the client's code."""

import hashlib
import hmac
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web

from deploy.local.mailbox.letters import Letters
from deploy.local.mailbox.script import Scripted, scripted

_HEADER = re.compile(
    r"^TC3-HMAC-SHA256 Credential=([^/]+)/([0-9-]{10})/sms/tc3_request, SignedHeaders=([^,]+), "
    r"Signature=([0-9a-f]{64})$"
)
_MOBILE = re.compile(r"^\+861[3-9]\d{9}$")
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_CLOCK_SECONDS = 300


@dataclass
class FakeTencent:
    """One account with one SMS app. `script`: answers that come before the ordinary ones; an `errcode` is the error of
    the whole request, `status_body` makes the answer about one number. Receipts come `receipts_after` seconds after the
    text was taken."""

    secret_id: str
    secret_key: str
    sdk_app_id: str = "1400006666"
    now: Callable[[], float] = time.time
    echoes_context: bool = True
    report_status: str = "SUCCESS"
    receipts_after: float = 0.0
    script: deque[Scripted] = field(default_factory=deque)
    letters: Letters = field(default_factory=Letters)
    calls: list[str] = field(default_factory=list)

    def templates(self) -> dict[str, str]:
        """Our template codes and the ids under which this vendor approved the same texts."""
        return {code: str(1_000_001 + number) for number, code in enumerate(self.letters.codes())}

    def refusal(self, request: web.Request, body: bytes) -> str | None:
        """The error code for a request that is not signed right, or None."""
        if (match := _HEADER.match(request.headers.get("Authorization", ""))) is None:
            return "AuthFailure.InvalidAuthorization"
        key_id, date, names, signature = match.groups()
        if key_id != self.secret_id:
            return "AuthFailure.SecretIdNotFound"
        stamp = request.headers.get("X-TC-Timestamp", "")
        if not stamp.isdigit() or abs(int(stamp) - self.now()) > _CLOCK_SECONDS:
            return "AuthFailure.SignatureExpire"
        if datetime.fromtimestamp(int(stamp), UTC).date().isoformat() != date:
            return "AuthFailure.SignatureFailure"
        if not request.headers.get("X-TC-Region"):
            return "MissingParameter"
        given = {name: request.headers.get(name, "") for name in names.split(";")}
        lines = "".join(f"{n}:{v.strip() if n == 'content-type' else v.strip().lower()}\n" for n, v in given.items())
        canonical = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
        text = f"TC3-HMAC-SHA256\n{stamp}\n{date}/sms/tc3_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = ("TC3" + self.secret_key).encode()
        for step in (date, "sms", "tc3_request"):
            key = hmac.digest(key, step.encode(), "sha256")
        expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return None if hmac.compare_digest(expected, signature) else "AuthFailure.SignatureFailure"

    def send(self, asked: dict[str, Any]) -> dict[str, Any]:
        """SendSms: a status per number."""
        if asked.get("SmsSdkAppId") != self.sdk_app_id:
            return _error("InvalidParameterValue.SdkAppIdNotExist")
        code = {number: ours for ours, number in self.templates().items()}.get(str(asked.get("TemplateId")))
        if code is None:
            return _error("FailedOperation.TemplateIncorrectOrUnapproved")
        names = self.letters.variables(code)
        values = [str(value) for value in asked.get("TemplateParamSet") or []]
        if len(names) != len(values):
            return _error("FailedOperation.TemplateParamSetNotMatchApprovedTemplate")
        context = str(asked.get("SessionContext") or "")
        statuses = []
        for number in asked.get("PhoneNumberSet") or []:
            serial = ""
            known = bool(_MOBILE.match(number))
            if known:
                parameters = dict(zip(names, values, strict=True))
                at = datetime.now(_SHANGHAI)
                to, sign = number.removeprefix("+86"), str(asked.get("SignName", ""))
                serial = self.letters.add(to, sign, code, parameters, context, at).provider_id
            said = "Ok" if known else "InvalidParameterValue.IncorrectPhoneNumber"
            statuses.append({"SerialNo": serial, "PhoneNumber": number, "Fee": int(known), "SessionContext": context,
                             "Code": said, "Message": "", "IsoCode": "CN"})  # fmt: skip
        return {"SendStatusSet": statuses}

    def pull(self, asked: dict[str, Any]) -> dict[str, Any]:
        """PullSmsSendStatusByPhoneNumber: the receipts of a number. What has none yet is not listed."""
        begin, end = int(asked.get("BeginTime", 0)), int(asked.get("EndTime") or self.now())
        number = str(asked.get("PhoneNumber", ""))
        found = [
            {
                "UserReceiveTime": int(letter.received_at.timestamp()),
                "CountryCode": "86",
                "SubscriberNumber": letter.to,
                "PhoneNumber": number,
                "SerialNo": letter.provider_id,
                "ReportStatus": self.report_status,
                "Description": "DELIVRD" if self.report_status == "SUCCESS" else "UNDELIV",
                "SessionContext": letter.out_id if self.echoes_context else None,
            }
            for letter in self.letters.find(number.removeprefix("+86"))
            if begin <= letter.received_at.timestamp() <= min(end, self.now() - self.receipts_after)
        ]
        return {"PullSmsSendStatusSet": found[: int(asked.get("Limit", 0))]}

    async def answer(self, request: web.Request) -> web.Response:
        """POST /."""
        body = await request.read()
        if (code := self.refusal(request, body)) is not None:
            return _answer(_error(code))
        action = request.headers.get("X-TC-Action", "")
        self.calls.append(action)

        async def ordinary() -> web.Response:
            if request.headers.get("X-TC-Version") != "2021-01-11":
                return _answer(_error("NoSuchVersion"))
            does = {"SendSms": self.send, "PullSmsSendStatusByPhoneNumber": self.pull}.get(action)
            return _answer(_error("InvalidAction") if does is None else does(json.loads(body)))

        return await scripted(self.script, request, ordinary, lambda errcode: _answer(_error(str(errcode))))


def status_body(code: str) -> str:
    """The answer to SendSms whose one number has this code."""
    status = {"SerialNo": "", "PhoneNumber": "+8619900000001", "Fee": 0, "SessionContext": "", "Code": code,
              "Message": "", "IsoCode": "CN"}  # fmt: skip
    return json.dumps({"Response": {"SendStatusSet": [status], "RequestId": str(uuid4())}})


def build_tencent(fake: FakeTencent) -> web.Application:
    """The application, to be served alone or below a prefix."""
    app = web.Application()
    app.router.add_post("/", fake.answer)
    return app


def _error(code: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": "see the list of codes"}}


def _answer(response: dict[str, Any]) -> web.Response:
    return web.json_response({"Response": {**response, "RequestId": str(uuid4())}})
