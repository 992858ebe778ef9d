"""Tencent SMS (2021-01-11): SendSms for one number, and PullSmsSendStatusByPhoneNumber to settle what is unknown.
Success is told per number; SendSms is not idempotent. Our own id travels as SessionContext and comes back in
statuses."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import structlog
from yarl import URL

from services.notification.channels.sms import Sms
from services.notification.channels.tencent_codes import verdict_of
from services.notification.domain.delivery import NOT_REACHED, Outcome, Verdict
from services.notification.settings import TencentSettings
from shared.clock import SHANGHAI
from shared.provider_call import NoAnswer, ProviderCall
from shared.secret_files import SecretUnreadable
from shared.security.tencent_signature import authorization

log = structlog.get_logger()

_SERVICE, _VERSION = "sms", "2021-01-11"
_JSON = "application/json; charset=utf-8"
_MOST: Final = 100
_REPORTS: Final = {"SUCCESS": Verdict.SENT, "FAIL": Verdict.GIVE_UP}


class TencentSms:
    """Implements SmsChannel."""

    def __init__(self, settings: TencentSettings) -> None:
        self._settings = settings
        self._url = URL(settings.endpoint)
        self._call = ProviderCall(settings.timeout, settings.tls)

    async def send(self, sms: Sms) -> Outcome:
        """SendSms once, for one number. A code that is not known counts as unknown outcome (M10)."""
        template = self._settings.templates.get(sms.template_code)
        if template is None:
            return self._told(Verdict.ALARM, "no_template")
        asked = {
            "PhoneNumberSet": [f"+86{sms.phone}"],
            "SmsSdkAppId": self._settings.sdk_app_id,
            "SignName": self._settings.sign_name,
            "TemplateId": template,
            "TemplateParamSet": list(sms.parameters.values()),
            "SessionContext": str(sms.out_id),
        }
        answer = await self._ask("SendSms", asked)
        if isinstance(answer, Outcome):
            return answer
        statuses = answer.get("SendStatusSet")
        # One number was asked about: no status, or several, is no answer about it.
        if not isinstance(statuses, list) or len(statuses) != 1 or not isinstance(statuses[0], dict):
            return Outcome(Verdict.UNKNOWN, "no_status")
        code = str(statuses[0].get("Code") or "no_code")
        return self._told(verdict_of(code), code, str(statuses[0].get("SerialNo") or "") or None)

    async def look_up(self, sms: Sms, sent_on: date) -> Outcome:
        """The receipts of the number on that day, matched by our id. A text that was taken has none until its carrier
        reports, so that absence proves nothing: then nothing is known, and nothing goes again."""
        midnight = datetime.combine(sent_on, time(), SHANGHAI)
        asked = {
            "BeginTime": int(midnight.timestamp()),
            "EndTime": int((midnight + timedelta(days=1)).timestamp()),
            "Offset": 0,
            "Limit": _MOST,
            "PhoneNumber": f"+86{sms.phone}",
            "SmsSdkAppId": self._settings.sdk_app_id,
        }
        answer = await self._ask("PullSmsSendStatusByPhoneNumber", asked)
        found = None if isinstance(answer, Outcome) else answer.get("PullSmsSendStatusSet")
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            return Outcome(Verdict.UNKNOWN, "look_up_failed")
        for item in found:
            if item.get("SessionContext") == str(sms.out_id):
                verdict = _REPORTS.get(str(item.get("ReportStatus")), Verdict.UNKNOWN)
                return Outcome(verdict, str(item.get("Description") or "found")[:60], item.get("SerialNo"))
        return Outcome(Verdict.UNKNOWN, "look_up_ambiguous")

    async def close(self) -> None:
        """Give up connections."""
        await self._call.close()

    async def _ask(self, action: str, asked: dict[str, Any]) -> dict[str, Any] | Outcome:
        """The `Response` of a success, or what became of the request as a whole."""
        body = json.dumps(asked, ensure_ascii=False).encode()
        try:
            signed = self._signed(action, body)
        except SecretUnreadable:
            return self._told(Verdict.ALARM, "secret_unreadable")
        try:
            _, answer = await self._call.ask("POST", self._url, headers=signed, body=body)
        except NoAnswer as failure:
            return Outcome(Verdict.UNKNOWN, "no_answer") if failure.reached else Outcome(Verdict.RETRY, NOT_REACHED)
        response = answer.get("Response")
        if not isinstance(response, dict):
            return Outcome(Verdict.UNKNOWN, "no_answer")
        if isinstance(error := response.get("Error"), dict):
            code = str(error.get("Code") or "no_code")
            return self._told(verdict_of(code), code)
        return response

    def _signed(self, action: str, body: bytes) -> dict[str, str]:
        # The provider checks its own clock; ours must not be a test's.
        timestamp = int(datetime.now(UTC).timestamp())
        settings, host = self._settings, self._url.authority
        signed = {"content-type": _JSON, "host": host, "x-tc-action": action.lower()}
        secret = settings.secret_key.get_secret_value()
        return {
            "Content-Type": _JSON,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Version": _VERSION,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Region": settings.region,
            "Authorization": authorization(_SERVICE, timestamp, signed, body, settings.secret_id, secret),
        }

    def _told(self, verdict: Verdict, code: str, serial: str | None = None) -> Outcome:
        if verdict is Verdict.ALARM:
            log.error("sms_provider_alarm", provider="tencent", code=code)
        return Outcome(verdict, code, serial)
