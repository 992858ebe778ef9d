"""WeChat's HTTP API, whatever is asked. Addresses hold secrets (appsecret, access token): they are never logged, and
errors carry none (V10)."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import orjson
import structlog
from yarl import URL

from shared.circuit import Circuit
from shared.provider_call import NoAnswer, ProviderCall
from shared.telemetry.metrics import WECHAT_ANSWERS
from shared.wechat.settings import WechatApp

log = structlog.get_logger()

TOKEN_CODES: Final = (40001, 40014, 41001, 42001)
"""WeChat does not accept our access token: the shared one is to be fetched anew."""
_BUSY, _BUSY_PAUSE = -1, 0.2


class WechatSilent(Exception):
    """No answer, or none that can be used. `reached` is False where nothing left; seconds to wait."""

    def __init__(self, retry_after: int, *, reached: bool) -> None:
        super().__init__("no answer")
        self.retry_after = retry_after
        self.reached = reached


class WechatRefused(Exception):
    """WeChat answered with an error code; None for one that is no number."""

    def __init__(self, errcode: int | None) -> None:
        super().__init__(str(errcode))
        self.errcode = errcode


class WechatCalls:
    """One per process and app."""

    def __init__(self, app: WechatApp) -> None:
        self.app = app
        self._circuit = Circuit(app.failures, app.pause_seconds)
        self._provider = ProviderCall(app.timeout, app.tls)

    async def ask(
        self,
        name: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        patient: bool = True,
    ) -> dict[str, Any]:
        """The JSON of a success. A busy answer (-1) is asked once more after a moment where `patient`. Raises
        WechatSilent, WechatRefused."""
        for last in (not patient, True):
            answer = await self._answer(name, method, path, query, body)
            code = answer.get("errcode", 0)
            known = code if isinstance(code, int) else None
            WECHAT_ANSWERS.labels(name, "other" if known is None else str(known)).inc()
            if known == 0:
                return answer
            if last or known != _BUSY:
                raise WechatRefused(known)
            await asyncio.sleep(_BUSY_PAUSE)
        raise AssertionError("unreachable")

    async def stable_token(self) -> tuple[str, int]:
        """stable_token in normal mode, never forced: (access token, seconds it lives). Raises as `ask`."""
        body = {
            "grant_type": "client_credential",
            "appid": self.app.appid,
            "secret": self.app.secret.get_secret_value(),
            "force_refresh": False,
        }
        answer = await self.ask("token", "POST", "/cgi-bin/stable_token", body=body)
        seconds = answer.get("expires_in")
        if not isinstance(seconds, int) or not 0 < seconds <= 7200:
            raise self.nonsense("token")
        return self.text(answer, "access_token"), seconds

    def text(self, answer: Mapping[str, Any], field: str) -> str:
        """A text that a success must hold. Raises WechatSilent."""
        value = answer.get(field)
        if not isinstance(value, str) or not 0 < len(value) <= 2048:
            raise self.nonsense(field)
        return value

    def nonsense(self, name: str, *, reached: bool = True) -> WechatSilent:
        """Note a failure; the error to raise."""
        WECHAT_ANSWERS.labels(name, "none").inc()
        if self._circuit.failed():
            log.error("wechat_circuit_open", call=name, seconds=self.app.pause_seconds)
        return WechatSilent(5, reached=reached)

    async def close(self) -> None:
        """Give up connections."""
        await self._provider.close()

    async def _answer(
        self, name: str, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, object] | None
    ) -> dict[str, Any]:
        if wait := self._circuit.seconds_to_wait():
            raise WechatSilent(wait, reached=False)
        url = URL(self.app.endpoint.rstrip("/") + path)
        headers = None if body is None else {"Content-Type": "application/json"}
        sent = None if body is None else orjson.dumps(body)
        try:
            status, answer = await self._provider.ask(method, url, headers=headers, query=query, body=sent)
        except NoAnswer as failure:
            raise self.nonsense(name, reached=failure.reached) from None
        if status != 200:
            raise self.nonsense(name)
        self._circuit.succeeded()
        return answer
