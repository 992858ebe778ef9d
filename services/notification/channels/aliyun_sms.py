"""Aliyun SMS (2017-05-25): SendSms and QuerySendDetails. All parameters travel in the query, the body is empty;
SendSms is not idempotent, so a time-out is UNKNOWN and settled by a look-up with our OutId."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from yarl import URL

from services.notification.channels.sms import Sms
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.settings import SmsSettings
from shared.security.aliyun_signature import authorization, canonical_query
from shared.tls import client_context

log = structlog.get_logger()

_VERSION = "2017-05-25"
_EMPTY = hashlib.sha256(b"").hexdigest()

_VERDICTS = {
    "OK": Verdict.SENT,
    "isp.SYSTEM_ERROR": Verdict.UNKNOWN,
    "isv.BUSINESS_LIMIT_CONTROL": Verdict.WAIT,
    **dict.fromkeys(("Throttling", "Throttling.User", "Throttling.Api", "ServiceUnavailable"), Verdict.RETRY),
    **dict.fromkeys(
        (
            "isv.AMOUNT_NOT_ENOUGH",
            "isv.OUT_OF_SERVICE",
            "isv.DAY_LIMIT_CONTROL",
            "isv.MONTH_LIMIT_CONTROL",
            "isv.ACCOUNT_ABNORMAL",
            "isp.RAM_PERMISSION_DENY",
            "isv.DENY_IP_RANGE",
            "isv.SMS_SIGNATURE_ILLEGAL",
            "isv.SMS_SIGN_ILLEGAL",
            "isv.SIGN_STATE_ILLEGAL",
            "isv.SMS_TEMPLATE_ILLEGAL",
            "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
            "isv.TEMPLATE_MISSING_PARAMETERS",
            "isv.INVALID_JSON_PARAM",
            "isv.INVALID_PARAMETERS",
            "isv.EXTEND_CODE_ERROR",
            "SignatureDoesNotMatch",
            "InvalidAccessKeyId.NotFound",
        ),
        Verdict.ALARM,
    ),
    **dict.fromkeys(
        (
            "isv.MOBILE_NUMBER_ILLEGAL",
            "isv.MOBILE_COUNT_OVER_LIMIT",
            "isv.BLACK_KEY_CONTROL_LIMIT",
            "isv.SMS_CONTENT_ILLEGAL",
        ),
        Verdict.GIVE_UP,
    ),
}
_SEND_STATUS = {1: Verdict.UNKNOWN, 2: Verdict.GIVE_UP, 3: Verdict.SENT}


class AliyunSms:
    """Implements SmsChannel."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def send(self, sms: Sms) -> Outcome:
        """SendSms once. An unknown code counts as unknown outcome."""
        answer = await self._call(
            "SendSms",
            {
                "PhoneNumbers": sms.phone,
                "SignName": self._settings.sign_name,
                "TemplateCode": sms.template_code,
                "TemplateParam": json.dumps(sms.parameters, ensure_ascii=False),
                "OutId": str(sms.out_id),
            },
        )
        if answer is None:
            return Outcome(Verdict.UNKNOWN, "no_answer")
        code = str(answer.get("Code", ""))
        verdict = _VERDICTS.get(code, Verdict.UNKNOWN)
        if verdict is Verdict.ALARM:
            log.error("sms_provider_alarm", code=code)
        return Outcome(verdict, code or "no_code", answer.get("BizId"))

    async def look_up(self, sms: Sms, sent_on: date) -> Outcome:
        """QuerySendDetails by phone and day, matched by OutId; absent means it never arrived."""
        answer = await self._call(
            "QuerySendDetails",
            {"PhoneNumber": sms.phone, "SendDate": f"{sent_on:%Y%m%d}", "PageSize": "50", "CurrentPage": "1"},
        )
        if answer is None or answer.get("Code") != "OK":
            return Outcome(Verdict.UNKNOWN, "look_up_failed")
        for item in answer.get("SmsSendDetailDTOs", {}).get("SmsSendDetailDTO", []):
            if item.get("OutId") == str(sms.out_id):
                verdict = _SEND_STATUS.get(int(item.get("SendStatus", 1)), Verdict.UNKNOWN)
                return Outcome(verdict, str(item.get("ErrCode") or "found"))
        return Outcome(Verdict.RETRY, "not_found")

    async def close(self) -> None:
        """Give up connections."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, action: str, query: dict[str, str]) -> dict[str, Any] | None:
        """The provider's JSON, or None when nothing certain came back."""
        headers = {
            "host": urlsplit(self._settings.endpoint).netloc,
            "x-acs-action": action,
            "x-acs-version": _VERSION,
            # The provider checks its own clock; ours must not be a test's.
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": uuid.uuid4().hex,
            "x-acs-content-sha256": _EMPTY,
        }
        settings = self._settings
        headers["Authorization"] = authorization(
            "POST", "/", query, headers, b"", settings.access_key_id, settings.access_key_secret.get_secret_value()
        )
        url = URL(f"{settings.endpoint.rstrip('/')}/?{canonical_query(query)}", encoded=True)
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=client_context(settings.tls))
            timeout = aiohttp.ClientTimeout(total=settings.timeout)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        try:
            async with self._session.post(url, headers=headers, allow_redirects=False) as response:
                body = await response.json(content_type=None)
        except (TimeoutError, aiohttp.ClientError, ValueError, OSError):
            return None
        return body if isinstance(body, dict) else None
