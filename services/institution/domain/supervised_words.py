"""The words of the sheet of supervised institutions: titles of columns, standings and fields that are missing."""

from collections.abc import Mapping
from typing import Final

from services.institution.domain.profile import LABELS
from services.institution.domain.supervised import RequiredField, Standing

TITLE: Final = ("机构状况", "institutions")
COLUMNS: Final = (
    *(("机构名称", "institution"), ("登记号", "licence number"), ("统一社会信用代码", "credit code")),
    *(("行政区划", "division"), ("同级考试管理机构", "exam body"), ("状况", "standing"), ("缺少的资料", "missing")),
    *(("许可证有效期止", "licence valid to"), ("已收集申报数", "records"), ("审核通过数", "approved")),
    *(("已备案数", "filed"), ("状态变更时间", "state since")),
)
_STANDINGS: Final[Mapping[Standing, tuple[str, str]]] = {
    "not_activated": ("未激活", "not activated"),
    "profile_incomplete": ("资料不全", "profile incomplete"),
    "suspended": ("已暂停", "suspended"),
    "no_record": ("无申报记录", "no record"),
    "not_filed": ("未备案", "not filed"),
    "filed": ("已有备案", "filed"),
}
_IMAGE: Final = ("执业许可证图片", "licence image")


def standing_word(standing: Standing, language: str) -> str:
    """A standing, to be read."""
    return _STANDINGS[standing][language != "zh"]


def field_word(field: RequiredField, language: str) -> str:
    """A field, to be read."""
    return LABELS.get(field, _IMAGE)[language != "zh"]
