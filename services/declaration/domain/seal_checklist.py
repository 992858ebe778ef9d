"""What the person who uploads a sealed list has to have looked at, point by point (P7, 4.7)."""

from collections.abc import Collection
from typing import Final, Literal, get_args

from services.declaration.domain.filing_errors import SealNotConfirmed

SealItem = Literal[
    "official_round_seal", "no_department_seal", "name_agrees", "sealed_across_pages", "signed_by_responsible", "dated"
]

ITEMS: Final[tuple[SealItem, ...]] = get_args(SealItem)
LABELS: Final[dict[SealItem, tuple[str, str]]] = {
    "official_round_seal": ("加盖本单位法定名称圆形公章", "the round official seal of the institution is on it"),
    "no_department_seal": (
        "未使用医务科、科教科、人事科等部门印章或业务专用章代替",
        "no department's seal, such as the medical affairs office's, stands in its place",
    ),
    "name_agrees": ("印章名称与名单上的机构名称一致", "the name in the seal is the institution's name on the list"),
    "sealed_across_pages": ("多页名单已加盖骑缝章", "a list of several pages is sealed across their edges"),
    "signed_by_responsible": ("责任人已签字", "the responsible person has signed"),
    "dated": ("已填写签章日期", "the day of sealing is filled in"),
}


def require_confirmed(confirmed: Collection[str]) -> None:
    """Every point. Raises SealNotConfirmed, which names the points that are not and says what to do."""
    if missing := [item for item in ITEMS if item not in confirmed]:
        raise SealNotConfirmed(
            items_zh="；".join(LABELS[item][0] for item in missing),
            items_en="; ".join(LABELS[item][1] for item in missing),
        )
