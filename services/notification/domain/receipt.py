"""What a provider reports of a text it took, and what its codes mean for a person. A receipt names a text by ids alone:
the number and the times in its body are not read (V68)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

Provider = Literal["aliyun", "tencent"]
Reason = Literal["no_such_number", "refuses_texts", "not_reached", "content", "too_many", "carrier"]

MOST_RECEIPTS: Final = 100
"""In one call; both providers send fewer (V68)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One text at one provider. `serial` is the provider's id of it, `out_id` ours where the provider gives it back."""

    serial: str
    out_id: UUID | None
    delivered: bool
    code: str


_REASONS: Final[dict[str, Reason]] = {
    **dict.fromkeys(("MOBILE_NOT_EXIST", "MK:0000", "MK:0001", "CB:0001", "DB:0101"), "no_such_number"),
    **dict.fromkeys(("MOBILE_IN_BLACK", "BLACKLIST", "USER_REJECT", "MA:0001", "HD:0001"), "refuses_texts"),
    **dict.fromkeys(
        (
            "MOBILE_NOT_ON_SERVICE",
            "MOBILE_TERMINAL_ERROR",
            "MOBILE_ACCOUNT_ABNORMAL",
            "UNDELIV",
            "UNDELIVERED",
            "EXPIRED",
            "DELETED",
        ),
        "not_reached",
    ),
    **dict.fromkeys(("CONTENT_KEYWORD", "CONTENT_ERROR", "REJECTD", "SIGN_ERROR"), "content"),
    **dict.fromkeys(("MOBILE_SEND_LIMIT", "DUPLICATION_REQUEST", "FLOW_CONTROL"), "too_many"),
}
_PERMANENT: Final = frozenset[Reason](("no_such_number", "refuses_texts"))
SENTENCES: Final[dict[Reason, tuple[str, str]]] = {
    "no_such_number": (
        "该手机号是空号，请联系本人核对并更新手机号。",
        "There is no such number; ask the person to check it and change it.",
    ),
    "refuses_texts": (
        "该手机号拒收短信，请本人联系运营商解除限制，或更换手机号。",
        "The number takes no texts; its holder can ask the carrier to lift this, or give another number.",
    ),
    "not_reached": (
        "对方手机关机、停机或无信号，请提醒本人查看站内消息。",
        "The phone was off, suspended or out of reach; point the person to the inbox.",
    ),
    "content": (
        "短信内容或签名被运营商拦截，请联系系统管理员核对模板和签名。",
        "The carrier stopped the text or its signature; ask the administrators to check template and signature.",
    ),
    "too_many": (
        "短时间内发送过多，被运营商限制，请稍后再试。",
        "Too many texts in a short time; try again later.",
    ),
    "carrier": (
        "运营商未能送达且没有说明原因，请提醒本人查看站内消息。",
        "The carrier could not deliver it and did not say why; point the person to the inbox.",
    ),
}
"""What to do about it, in zh-CN and en."""


def reason_of(code: str) -> Reason:
    """Why a text did not arrive, from the code of a carrier or provider; `carrier` for codes we do not know."""
    return _REASONS.get(code.strip().upper(), "carrier")


def is_permanent(reason: Reason) -> bool:
    """Whether further texts to the number are a waste: it does not exist, or refuses texts."""
    return reason in _PERMANENT


def without_repeats(receipts: Iterable[Receipt]) -> Sequence[Receipt]:
    """One receipt per serial; of several, one that says delivered."""
    best: dict[str, Receipt] = {}
    for one in receipts:
        if one.serial not in best or (one.delivered and not best[one.serial].delivered):
            best[one.serial] = one
    return list(best.values())
