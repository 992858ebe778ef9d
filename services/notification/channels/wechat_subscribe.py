"""WeChat subscription messages: one consent, one message. There is no idempotency and no look-up, so that a time-out
stays unknown; what surely never left may go again."""

from typing import Final

import structlog

from services.notification.channels.wechat_codes import VERDICTS
from services.notification.channels.wechat_notice import WechatNotice
from services.notification.domain.delivery import NOT_REACHED, Outcome, Verdict
from services.notification.domain.wechat_fields import FieldUnfit, fitted
from services.notification.settings import WechatNoticeSettings
from shared.clock import Clock
from shared.postgres.database import OUTAGE_ERRORS, Database
from shared.secret_files import SecretUnreadable
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.wechat.calls import TOKEN_CODES, WechatCalls, WechatRefused, WechatSilent
from shared.wechat.shared_token import SharedToken, TokenOverdue

log = structlog.get_logger()

_PATH: Final = "/cgi-bin/message/subscribe/send"
_LANGUAGES: Final = {"zh": "zh_CN", "en": "en_US"}


class WechatSubscribe:
    """Implements WechatChannel. `clock` is the real one: the vendor does not travel in time."""

    def __init__(self, settings: WechatNoticeSettings, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._settings = settings
        self._calls = WechatCalls(settings)
        self._token = SharedToken(settings.appid, self._calls.stable_token, database, keyring, "message", clock)

    async def send(self, notice: WechatNotice) -> Outcome:
        """Try once; a token that is not accepted any more is replaced once, in normal mode (V10)."""
        try:
            fields = fitted(notice.fields)
        except FieldUnfit as unfit:
            return self._alarm(f"field_{unfit}")
        body: dict[str, object] = {
            "touser": notice.openid,
            "template_id": notice.template_id,
            "page": notice.page,
            "data": {name: {"value": value} for name, value in fields.items()},
            "miniprogram_state": self._settings.state,
            "lang": _LANGUAGES.get(notice.language, "zh_CN"),
        }
        version = -1
        for last in (False, True):
            given = await self._given_token(version)
            if isinstance(given, Outcome):
                return given
            version, token = given
            outcome = await self._tried(token, body)
            if outcome is not None:
                return outcome
            if last:
                break
            log.warning("wechat_token_refused")
        return self._alarm("token_refused")

    async def close(self) -> None:
        """Give up connections."""
        await self._calls.close()

    async def _given_token(self, beyond: int) -> tuple[int, str] | Outcome:
        """The token, or what becomes of a notice without one: nothing was sent."""
        try:
            return await self._token.current(beyond)
        except (WechatSilent, TokenOverdue):
            return Outcome(Verdict.RETRY, "no_token")
        except OUTAGE_ERRORS:
            return Outcome(Verdict.RETRY, "no_token")
        except WechatRefused as refused:
            if VERDICTS.get(refused.errcode or 0) is Verdict.RETRY:
                return Outcome(Verdict.RETRY, "no_token")
            return self._alarm(f"token_{refused.errcode}")
        except SecretUnreadable:
            return self._alarm("secret_unreadable")
        except (KeyMissing, SealBroken):
            return self._alarm("key_missing")

    async def _tried(self, token: str, body: dict[str, object]) -> Outcome | None:
        """What became of one call; None where the token was not accepted."""
        try:
            answer = await self._calls.ask(
                "subscribe", "POST", _PATH, query={"access_token": token}, body=body, patient=False
            )
        except WechatSilent as silent:
            return Outcome(Verdict.UNKNOWN, "no_answer") if silent.reached else Outcome(Verdict.RETRY, NOT_REACHED)
        except WechatRefused as refused:
            if refused.errcode in TOKEN_CODES:
                return None
            verdict = Verdict.UNKNOWN if refused.errcode is None else VERDICTS.get(refused.errcode, Verdict.UNKNOWN)
            if verdict is Verdict.ALARM:
                return self._alarm(str(refused.errcode))
            return Outcome(verdict, str(refused.errcode))
        if "errcode" not in answer:
            # A success says so; anything else is no answer about this notice.
            return Outcome(Verdict.UNKNOWN, "no_answer")
        return Outcome(Verdict.SENT, "0", str(answer["msgid"]) if "msgid" in answer else None)

    def _alarm(self, code: str) -> Outcome:
        log.error("wechat_notice_alarm", code=code)
        return Outcome(Verdict.ALARM, code)
