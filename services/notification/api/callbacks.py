"""Where providers report what became of texts (V68): a path that holds a secret, from addresses on a list, before
anything of the body is read. For everybody else there is no such path."""

import hmac
from collections.abc import Sequence
from ipaddress import ip_address

import structlog
from pydantic import BaseModel

from services.notification.api.callback_schemas import AliyunReport, AliyunTaken, TencentReport, TencentTaken
from services.notification.dependencies import Dependencies
from services.notification.domain.receipt import Provider, Receipt
from services.notification.settings import CallbackSettings
from services.notification.use_cases.take_receipts import take_receipts
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.reading import parse_body, read_raw

log = structlog.get_logger()

BODY_LIMIT = 65_536


async def read_aliyun_report(call: Call[Dependencies]) -> Sequence[Receipt]:
    """The receipts of an SmsReport. Raises NotFound for whoever is not Aliyun."""
    _admit(call, call.deps.settings.callbacks.aliyun)
    report = await _read(call, AliyunReport)
    assert isinstance(report, AliyunReport)
    return _understood("aliyun", [one.receipt() for one in report.root])


async def read_tencent_report(call: Call[Dependencies]) -> Sequence[Receipt]:
    """The receipts of a status callback. Raises NotFound for whoever is not Tencent."""
    _admit(call, call.deps.settings.callbacks.tencent)
    report = await _read(call, TencentReport)
    assert isinstance(report, TencentReport)
    return _understood("tencent", [one.receipt() for one in report.root])


async def post_aliyun_report(call: Call[Dependencies], given: Sequence[Receipt]) -> AliyunTaken:
    """Take an SmsReport."""
    await take_receipts(call.tx, call.deps.keyring, call.deps.catalogue, "aliyun", given, call.now)
    return AliyunTaken()


async def post_tencent_report(call: Call[Dependencies], given: Sequence[Receipt]) -> TencentTaken:
    """Take a status callback."""
    await take_receipts(call.tx, call.deps.keyring, call.deps.catalogue, "tencent", given, call.now)
    return TencentTaken()


def _admit(call: Call[Dependencies], allowed: CallbackSettings) -> None:
    secret = allowed.secret.get_secret_value().encode()
    knows = hmac.compare_digest(call.path["secret"].encode(), secret) and bool(secret)
    if not (knows and _is_from(call.client_address, allowed)):
        log.warning("callback_refused", knows_secret=knows)
        raise NotFound


def _is_from(address: str, allowed: CallbackSettings) -> bool:
    try:
        return any(ip_address(address) in network for network in allowed.sources)
    except ValueError:
        return False


async def _read(call: Call[Dependencies], model: type[BaseModel]) -> BaseModel:
    # A report that is refused comes again as it is: U+0000 in one item, whose fields are cleaned, must not hold up the
    # others.
    return parse_body(call.request, await read_raw(call.request, BODY_LIMIT), model, takes_nul=True)


def _understood(provider: Provider, told: Sequence[Receipt | None]) -> Sequence[Receipt]:
    understood = [one for one in told if one is not None]
    if len(understood) < len(told):
        # How many, and nothing of what they say: an item that is not as documented may hold anything.
        log.warning("receipts_not_understood", provider=provider, count=len(told) - len(understood))
    return understood
