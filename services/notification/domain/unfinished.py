"""What a message says about a declaration that is not submitted: what is missing, and until when (A36, P17)."""

from datetime import datetime, time, timedelta
from typing import Final

from shared.clock import SHANGHAI
from shared.contracts.declaration import DraftReminded

_SECTIONS: Final = {
    "choice": ("申报级别与类别", "level and category"),
    "education": ("学历信息", "education"),
    "periods": ("试用经历", "probation periods"),
    "assistant": ("执业助理医师信息", "assistant physician"),
    "documents": ("证明材料", "documents"),
    "basics": ("基本信息", "basic data"),
    "reasons": ("退回原因的答复", "answers to the reasons of the return"),
}
_BLOCKS: Final = {
    "identity_required": ("实名认证", "verification of your identity"),
    "binding_required": ("绑定工作单位", "a binding to your work unit"),
    "binding_frozen": ("变更绑定单位（原单位已暂停或关闭）", "another work unit, yours is suspended or closed"),
    "category_not_offered": _SECTIONS["choice"],
}
_ELSE: Final = ("请登录查看", "log in to see")
_NOTHING: Final = ("无，内容已齐全，请直接提交", "nothing, just submit it")


def unfinished(event: DraftReminded) -> dict[str, str]:
    """The parameters `missing_zh`, `missing_en`, `until` and `deadline` of the message."""
    if event.blocked_by is not None:
        words = [_BLOCKS.get(event.blocked_by, _ELSE)]
    else:
        words = [_SECTIONS.get(section, _ELSE) for section in event.sections] or [_NOTHING]
    return {
        "missing_zh": "、".join(zh for zh, _ in words),
        "missing_en": ", ".join(en for _, en in words),
        "until": until(event.ends_at),
        "deadline": deadline(event.ends_at),
    }


def deadline(ends_at: datetime) -> str:
    """The last minute before an exclusive end, in the form in which WeChat takes a moment."""
    last = (ends_at - timedelta(minutes=1)).astimezone(SHANGHAI)
    return f"{last.year}年{last.month}月{last.day}日 {last:%H:%M}"


def until(ends_at: datetime) -> str:
    """An exclusive end as people read it: midnight is 24:00 of the day before it."""
    local = ends_at.astimezone(SHANGHAI)
    if local.time() == time():
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
