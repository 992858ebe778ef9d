"""What a message says about dates that moved: each with its old and its new moment, in Shanghai, ends as everywhere
(P16)."""

from datetime import datetime
from typing import Final

from services.notification.domain.unfinished import until
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
        (zh, en, [_shown(name, getattr(dates, name)) for dates in (event.before, event.after)])
        for name, (zh, en) in _NAMES.items()
        if getattr(event.before, name) != getattr(event.after, name)
    ]
    return {
        "moved_zh": "；".join(f"{zh}由 {old or '未定'} 改为 {new or '未定'}" for zh, _, (old, new) in moved),
        "moved_en": "; ".join(f"{en}: {old or 'open'} becomes {new or 'open'}" for _, en, (old, new) in moved),
    }


def _shown(name: str, moment: datetime | None) -> str | None:
    """None where it is not known yet."""
    if moment is None:
        return None
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if name.endswith("_opens_at") else until(moment)
