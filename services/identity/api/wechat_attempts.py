"""What happens to a WeChat code before its transaction: the body is read, a try is counted, WeChat is asked. No row may
be locked while another company's server takes its time."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from services.identity.api.calls import IdentityCall, caller_of
from services.identity.api.login_schemas import WechatLinkBody, WechatSessionBody
from services.identity.domain.wechat import WechatAccount, WechatCodeRefused
from services.identity.use_cases.signing_in.open_session_by_wechat import WechatProof
from shared.errors import TiroError
from shared.postgres.rate_limit import Rate, take
from shared.security.blind_index import blind_index
from shared.web.reading import parse_body, read_raw

_BODY_LIMIT = 4096


async def prepare_wechat_session(call: IdentityCall) -> WechatProof:
    """Raises LimitReached and the errors of domain.wechat."""
    body = parse_body(call.request, await read_raw(call.request, _BODY_LIMIT), WechatSessionBody)
    assert isinstance(body, WechatSessionBody)
    await _take_try(call)
    account = await call.deps.wechat.account(body.code)
    phone = None if body.phone_code is None else await call.deps.wechat.phone(body.phone_code, account)
    return WechatProof(account, phone)


@dataclass(frozen=True, slots=True)
class WechatLinkAttempt:
    """What WeChat said about a code. A refusal is raised by the handler, where the edge can still find the answer that
    the same request got before; `sha256` tells requests apart."""

    sha256: str
    account: WechatAccount | None = None
    refusal: TiroError | None = None

    def proven(self) -> WechatAccount:
        """The account. Raises the refusal."""
        if self.account is None:
            raise self.refusal or WechatCodeRefused()
        return self.account


async def prepare_wechat_link(call: IdentityCall) -> WechatLinkAttempt:
    """Raises LimitReached."""
    body = parse_body(call.request, await read_raw(call.request, _BODY_LIMIT), WechatLinkBody)
    assert isinstance(body, WechatLinkBody)
    await _take_try(call)
    sha256 = hashlib.sha256(body.code.encode()).hexdigest()
    try:
        return WechatLinkAttempt(sha256, account=await call.deps.wechat.account(body.code))
    except TiroError as refusal:
        return WechatLinkAttempt(sha256, refusal=refusal)


async def _take_try(call: IdentityCall) -> None:
    address = blind_index(call.deps.keyring, "index_contact", "client_address", caller_of(call).address)
    count = call.deps.settings.wechat.logins_per_address_and_hour
    async with call.database.transaction(call.request_id) as tx:
        await take(tx, Rate("wechat.address", count, timedelta(hours=1)), address, call.now)
