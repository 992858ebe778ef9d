"""A hit and what an exam body may decide about it: dismissed, followed up, sanctioned (8.2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from shared.errors import Conflict

Decision = Literal["dismissed", "followed_up", "sanctioned"]

_ALLOWED: Final[Mapping[str, tuple[Decision, ...]]] = MappingProxyType(
    {"open": ("dismissed", "followed_up", "sanctioned"), "followed_up": ("dismissed", "sanctioned")}
)


class HitCleared(Conflict):
    """What the hit rested on is gone."""

    code = "risk_hit_cleared"
    message_zh = "该风险提示的依据已不存在，无需处理；如再次出现会重新列出。"
    message_en = "What this hit rested on is gone; should it come back, it is listed again."


class HitDecided(Conflict):
    """Dismissed and sanctioned are final."""

    code = "risk_hit_decided"
    message_zh = "该风险提示已处理完毕，处理结果不能更改；情况加重时会生成新的提示。"
    message_en = "This hit was decided already and stays so; if it becomes worse, a new hit is listed."


def require_decidable(state: str, decision: Decision) -> None:
    """Raises HitCleared, HitDecided."""
    if state == "cleared":
        raise HitCleared
    if decision not in _ALLOWED.get(state, ()):
        raise HitDecided
