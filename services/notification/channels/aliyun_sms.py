"""Aliyun SMS (2017-05-25): SendSms and QuerySendDetails. All parameters travel in the query, the body is empty;
SendSms is not idempotent, so a time-out is UNKNOWN and settled by a look-up with our OutId."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from yarl import URL

from services.notification.channels.aliyun_codes import VERDICTS
from services.notification.channels.sms import Sms
from services.notification.domain.delivery import NOT_REACHED, Outcome, Verdict
from services.notification.settings import SmsSettings
from shared.provider_call import NoAnswer, ProviderCall
from shared.secret_files import SecretUnreadable
from shared.security.aliyun_signature import authorization, canonical_query

log = structlog.get_logger()

_VERSION = "2017-05-25"
_EMPTY = hashlib.sha256(b"").hexdigest()

_MOST = 50
_SEND_STATUS = {"1": Verdict.UNKNOWN, "2": Verdict.GIVE_UP, "3": Verdict.SENT}


class AliyunSms:
    """Implements SmsChannel."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings
        self._provider = ProviderCall(settings.timeout, settings.tls)

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
        if isinstance(answer, Outcome):
            return answer
        code = str(answer.get("Code", ""))
        verdict = VERDICTS.get(code, Verdict.UNKNOWN)
        if verdict is Verdict.ALARM:
            log.error("sms_provider_alarm", provider="aliyun", code=code)
        return Outcome(verdict, code or "no_code", answer.get("BizId"))

    async def look_up(self, sms: Sms, sent_on: date) -> Outcome:
        """QuerySendDetails by phone and day, matched by OutId; absent means it never arrived."""
        answer = await self._call(
            "QuerySendDetails",
            {"PhoneNumber": sms.phone, "SendDate": f"{sent_on:%Y%m%d}", "PageSize": str(_MOST), "CurrentPage": "1"},
        )
        if isinstance(answer, Outcome) or answer.get("Code") != "OK":
            return Outcome(Verdict.UNKNOWN, "look_up_failed")
        found = _details(answer)
        for item in found or ():
            if item.get("OutId") == str(sms.out_id):
                verdict = _SEND_STATUS.get(str(item.get("SendStatus")), Verdict.UNKNOWN)
                return Outcome(verdict, str(item.get("ErrCode") or "found"))
        if found is None or len(found) >= _MOST:
            # Ours may stand behind the page: nothing is known, and nothing goes again.
            return Outcome(Verdict.UNKNOWN, "look_up_ambiguous")
        return Outcome(Verdict.RETRY, "not_found")

    async def close(self) -> None:
        """Give up connections."""
        await self._provider.close()

    async def _call(self, action: str, query: dict[str, str]) -> dict[str, Any] | Outcome:
        """The provider's JSON, UNKNOWN when nothing certain came back, or RETRY when nothing left."""
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
        try:
            secret = settings.access_key_secret.get_secret_value()
        except SecretUnreadable:
            log.error("sms_provider_alarm", provider="aliyun", code="secret_unreadable")
            return Outcome(Verdict.ALARM, "secret_unreadable")
        headers["Authorization"] = authorization("POST", "/", query, headers, b"", settings.access_key_id, secret)
        url = URL(f"{settings.endpoint.rstrip('/')}/?{canonical_query(query)}", encoded=True)
        try:
            _, answer = await self._provider.ask("POST", url, headers=headers)
        except NoAnswer as failure:
            return Outcome(Verdict.UNKNOWN, "no_answer") if failure.reached else Outcome(Verdict.RETRY, NOT_REACHED)
        return answer


def _details(answer: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The items of a look-up, or None where the answer is not built as documented."""
    listed = answer.get("SmsSendDetailDTOs")
    items = listed.get("SmsSendDetailDTO", []) if isinstance(listed, dict) else None
    return items if isinstance(items, list) and all(isinstance(item, dict) for item in items) else None
