"""What the people who run the platform can do about a delivery that did not reach anybody: by the carrier's code, or by
our own where it never left (V68)."""

from typing import Final

from services.notification.domain.receipt import SENTENCES, reason_of

_FORGOTTEN: Final = (
    "账号已注销或内容已过保存期，无需处理。",
    "The account was closed, or what it said is no longer kept; there is nothing to do.",
)
_NO_WECHAT: Final = (
    "微信未能送达，系统已按规则改用其他方式；如无其他方式，请提醒本人查看站内消息。",
    "WeChat did not reach the person; another channel follows where the rules have one, else point to the inbox.",
)
_OWN: Final[dict[str, tuple[str, str]]] = {
    "number_unreachable": (
        "该手机号此前被标记为无法接收短信，未再发送。请与本人核对号码；如号码无误，可注明原因重发，送达后自动恢复。",
        "The number was marked as taking no texts. Check it with the person; if it is right, send it again with a "
        "reason: once it arrives, texts go on.",
    ),
    "no_phone": (
        "该账号没有登记手机号，请提醒本人登录后补充，并查看站内消息。",
        "The account has no phone; ask the person to add one and to look at the inbox.",
    ),
    "quota": (
        "超出短信配额，验证码未发送。请检查配额与发送量；本人可稍后重新获取。",
        "Beyond a quota, so the code did not go. Check the quotas and what is sent; the person can ask for a new code.",
    ),
    "fate_unknown": (
        "服务商始终未能告知结果。请与本人确认是否收到，未收到可重发。",
        "The provider never told what became of it. Ask the person; if it did not arrive, send it again.",
    ),
    "trial": (
        "系统处于试运行，该号码不在名单内，未发送短信；消息已在站内显示。",
        "The zone is on trial and the number is not on its list, so no text went; the message is in the inbox.",
    ),
    "expired": (
        "验证码在发出前已过期，请本人重新获取。",
        "The code expired before it could go; the person asks for a new one.",
    ),
    "key_missing": (
        "缺少密钥，内容无法打开，请联系系统管理员检查密钥。",
        "A key is missing, so that it can not be opened; ask the administrators to check the keys.",
    ),
    "erased": _FORGOTTEN,
    "message_forgotten": _FORGOTTEN,
    "no_consent": _NO_WECHAT,
    "no_channel": _NO_WECHAT,
}
_REFUSED: Final = (
    "服务商拒绝发送，请联系系统管理员按代码核对账户、签名和模板，处理后可重发。",
    "The provider refused it; ask the administrators to check account, signature and template by the code, then send "
    "it again.",
)


def advice_on(state: str, code: str | None) -> tuple[str, str] | None:
    """What to do, in zh-CN and en; None where it arrived, is under way, or was not needed."""
    reason = reason_of(code or "")
    if state == "undelivered":
        return SENTENCES[reason]
    if state == "failed" and code not in _OWN:
        return _REFUSED if reason == "carrier" else SENTENCES[reason]
    return _OWN.get(code or "") if state in ("failed", "withheld", "expired") else None
