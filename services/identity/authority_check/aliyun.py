"""Aliyun Id2MetaVerify (2019-03-07): name and number in a form body, signed by ACS3-HMAC-SHA256."""

import hashlib
import secrets
from datetime import UTC
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import SecretStr

from services.identity.authority_check.asking import put_question
from services.identity.authority_check.outgoing import Outgoing
from services.identity.domain.authority_answer import Answer, AuthorityAnswer
from shared.clock import Clock
from shared.security.aliyun_signature import authorization

_ACTION, _VERSION = "Id2MetaVerify", "2019-03-07"
_FORM = "application/x-www-form-urlencoded"
_BUSINESS: Final = {"1": Answer.MATCH, "2": Answer.MISMATCH, "3": Answer.NO_RECORD}
_CODES: Final = {
    # Its own check of the number or name failed: a person must look, no machine may conclude.
    "401": AuthorityAnswer(Answer.NO_RECORD, "401"),
    "402": AuthorityAnswer(Answer.UNAVAILABLE, "402"),
    "403": AuthorityAnswer(Answer.UNAVAILABLE, "403", capped=True),
    "412": AuthorityAnswer(Answer.UNAVAILABLE, "412", alarm=True, capped=True),
    "500": AuthorityAnswer(Answer.UNAVAILABLE, "500"),
}
_KEY_FAULTS: Final = (
    "Signature",
    "InvalidAccessKey",
    "Forbidden",
    "InvalidTimeStamp",
    "IncompleteSignature",
    "Missing",
)


class AliyunAuthority:
    """Implements AuthorityCheck."""

    def __init__(self, outgoing: Outgoing, key_id: str, key_secret: SecretStr, clock: Clock) -> None:
        self._outgoing = outgoing
        self._key_id = key_id
        self._key_secret = key_secret
        self._clock = clock

    async def ask(self, name: str, number: str) -> AuthorityAnswer:
        """C5; never raises."""
        body = urlencode({"ParamType": "normal", "IdentifyNum": number, "UserName": name}).encode()
        return await put_question(self._outgoing, self._signed(body), body, understood)

    async def close(self) -> None:
        """Give up connections."""
        await self._outgoing.close()

    def _signed(self, body: bytes) -> dict[str, str]:
        headers = {
            "host": self._outgoing.host,
            "content-type": _FORM,
            "x-acs-action": _ACTION,
            "x-acs-version": _VERSION,
            "x-acs-date": self._clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        }
        secret = self._key_secret.get_secret_value()
        headers["Authorization"] = authorization("POST", "/", {}, headers, body, self._key_id, secret)
        return headers


def understood(answer: Any) -> AuthorityAnswer:
    """The answer's meaning. `Code` and `BizCode` come as text or number; an unknown one is no answer (V30)."""
    if not isinstance(answer, dict):
        return AuthorityAnswer(Answer.UNAVAILABLE, "not_an_object")
    code = str(answer.get("Code", ""))
    if code == "200":
        result = answer.get("ResultObject")
        business = str(result.get("BizCode", "")) if isinstance(result, dict) else ""
        known = _BUSINESS.get(business, Answer.UNAVAILABLE)
        return AuthorityAnswer(known, f"200.{business}" if business in _BUSINESS else "200.unknown")
    if (found := _CODES.get(code)) is not None:
        return found
    return AuthorityAnswer(Answer.UNAVAILABLE, code[:60] or "no_code", alarm=code.startswith(_KEY_FAULTS))
