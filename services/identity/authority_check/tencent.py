"""Tencent IdCardVerification (2018-03-01): name and number as JSON, signed by TC3-HMAC-SHA256."""

import json
from typing import Any, Final

from pydantic import SecretStr

from services.identity.authority_check.asking import put_question
from services.identity.authority_check.outgoing import Outgoing
from services.identity.domain.authority_answer import Answer, AuthorityAnswer
from shared.clock import Clock
from shared.security.tencent_signature import authorization

_ACTION, _VERSION, _SERVICE = "IdCardVerification", "2018-03-01", "faceid"
_JSON = "application/json; charset=utf-8"
_RESULTS: Final = {
    "0": AuthorityAnswer(Answer.MATCH, "0"),
    "-1": AuthorityAnswer(Answer.MISMATCH, "-1"),
    # Its own check of the number or name failed: a person must look, no machine may conclude.
    "-2": AuthorityAnswer(Answer.NO_RECORD, "-2"),
    "-3": AuthorityAnswer(Answer.NO_RECORD, "-3"),
    "-4": AuthorityAnswer(Answer.UNAVAILABLE, "-4"),
    "-5": AuthorityAnswer(Answer.NO_RECORD, "-5"),
    "-6": AuthorityAnswer(Answer.UNAVAILABLE, "-6"),
    "-7": AuthorityAnswer(Answer.UNAVAILABLE, "-7", capped=True),
}
_ALARMS: Final = (
    "AuthFailure",
    "UnauthorizedOperation",
    "UnsupportedOperation",
    "InvalidParameter",
    "MissingParameter",
)
_LIMITS: Final = ("LimitExceeded", "RequestLimitExceeded")


class TencentAuthority:
    """Implements AuthorityCheck."""

    def __init__(self, outgoing: Outgoing, key_id: str, key_secret: SecretStr, region: str, clock: Clock) -> None:
        self._outgoing = outgoing
        self._key_id = key_id
        self._key_secret = key_secret
        self._region = region
        self._clock = clock

    async def ask(self, name: str, number: str) -> AuthorityAnswer:
        """C5; never raises."""
        body = json.dumps({"IdCard": number, "Name": name}, ensure_ascii=False).encode()
        return await put_question(self._outgoing, self._signed(body), body, understood)

    async def close(self) -> None:
        """Give up connections."""
        await self._outgoing.close()

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = int(self._clock.now().timestamp())
        signed = {"content-type": _JSON, "host": self._outgoing.host, "x-tc-action": _ACTION.lower()}
        secret = self._key_secret.get_secret_value()
        return {
            "Content-Type": _JSON,
            "Host": self._outgoing.host,
            "X-TC-Action": _ACTION,
            "X-TC-Version": _VERSION,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Region": self._region,
            "Authorization": authorization(_SERVICE, timestamp, signed, body, self._key_id, secret),
        }


def understood(answer: Any) -> AuthorityAnswer:
    """The answer's meaning. `Result` comes as text or number; an unknown one is no answer (V30)."""
    response = answer.get("Response") if isinstance(answer, dict) else None
    if not isinstance(response, dict):
        return AuthorityAnswer(Answer.UNAVAILABLE, "not_an_answer")
    if isinstance(error := response.get("Error"), dict):
        code = str(error.get("Code", ""))
        capped = code.startswith(_LIMITS)
        return AuthorityAnswer(Answer.UNAVAILABLE, code[:60] or "no_code", code.startswith(_ALARMS), capped)
    result = str(response.get("Result", ""))
    return _RESULTS.get(result, AuthorityAnswer(Answer.UNAVAILABLE, "unknown_result"))
