"""What a message says about dates that moved: each with its old and its new moment, in Shanghai (P16)."""

from datetime import datetime
from typing import Final

from shared.clock import SHANGHAI
from shared.contracts.declaration import CycleDatesAnnounced

_NAMES: Final = {
    "declaration_opens_at": ("申报开放", "declarations open"),
    "declaration_closes_at": ("申报截止", "declarations close"),
    "review_deadline": ("审核截止", "review deadline"),
    "filing_deadline": ("备案截止", "filing deadline"),
    "registration_opens_at": ("国家报名开始", "national registration opens"),
    "registration_closes_at": ("国家报名结束", "national registration closes"),
    "completion_deadline": ("补全截止", "completion deadline"),
}


def moved_dates(event: CycleDatesAnnounced) -> dict[str, str]:
    """The parameters `moved_zh` and `moved_en` of the message."""
    moved = [
        (zh, en, getattr(event.before, name), getattr(event.after, name))
        for name, (zh, en) in _NAMES.items()
        if getattr(event.before, name) != getattr(event.after, name)
    ]
    return {
        "moved_zh": "；".join(f"{zh}由 {_shown(old, '未定')} 改为 {_shown(new, '未定')}" for zh, _, old, new in moved),
        "moved_en": "; ".join(
            f"{en}: {_shown(old, 'open')} becomes {_shown(new, 'open')}" for _, en, old, new in moved
        ),
    }


def _shown(moment: datetime | None, unknown: str) -> str:
    return unknown if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
