"""The words of exported sheets: titles of columns, and the Chinese for the codes in them."""

from collections.abc import Mapping
from typing import Final

from services.declaration.domain.declaration import STATE_ZH

TITLES: Final[Mapping[str, tuple[str, str]]] = {"records": ("申报名册", "records"), "filings": ("备案名单", "filings")}
RECORD_COLUMNS: Final = (
    *(("申报编号", "number"), ("姓名", "name"), ("证件号码", "document no."), ("试用机构", "institution")),
    *(("同级考试管理机构", "exam body"), ("申报级别", "level"), ("申报类别", "category"), ("进展", "standing")),
    *(("申报状态", "state"), ("提交时间", "submitted"), ("审核时间", "decided"), ("考核状态", "evaluation")),
    *(("试用月数", "months"), ("考核证明编号", "certificate"), ("名单编号", "list"), ("名单状态", "list state")),
    *(("曾允许修改", "reopened"), ("逾期上报", "late"), ("尚缺", "lacks")),
)
FILING_COLUMNS: Final = (
    *(("名单编号", "number"), ("名单类型", "kind"), ("版次", "edition"), ("替换名单", "replaces")),
    *(("状态", "state"), ("试用机构", "institution"), ("同级考试管理机构", "exam body"), ("考试年度", "year")),
    *(("人数", "people"), ("其中应届", "provisional"), ("曾允许修改人数", "reopened"), ("逾期上报", "late")),
    *(("允许补报时间", "late permission"), ("上报截止时间", "deadline"), ("上报时间", "submitted")),
    ("受理时间", "decided"),
)
_ZH: Final[Mapping[str, Mapping[str, str]]] = {
    "level": {"licensed_physician": "执业医师", "assistant_physician": "执业助理医师"},
    "state": {state.value: word for state, word in STATE_ZH.items()},
    "standing": {
        "drafting": "填写中",
        "waiting": "待审核",
        "returned": "修改中",
        "approved": "已通过待考核",
        "qualified": "考核合格待备案",
        "filed": "已备案",
        "ended": "已终止",
    },
    "evaluation": {
        "in_progress": "试用中",
        "due": "待考核",
        "evaluated_qualified": "考核合格",
        "evaluated_unqualified": "考核不合格",
        "provisional_certified": "试用证明（应届）",
        "completed": "期满合格",
        "certified": "已发考核证明",
        "lapsed": "已失效",
        "voided": "已作废",
    },
    "lack": {
        "prior_confirmation": "既往经历确认",
        "evaluation": "考核结果",
        "certificate": "考核证明",
        "full_year": "满一年考核结果",
        "list": "列入名单",
    },
    "list_kind": {"main": "年度名单", "supplementary": "补充名单", "cancellation": "撤销名单"},
    "list_state": {
        "draft": "草拟",
        "generated": "已生成",
        "printed": "已打印",
        "sealed_uploaded": "已上传盖章件",
        "submitted": "待受理",
        "accepted": "已受理",
        "returned": "已退回",
        "void": "已作废",
    },
    "flag": {"yes": "是", "no": "否"},
}


def word(group: str, code: str | None, language: str) -> str:
    """The word for a code; the code itself in English, or where there is none; empty for nothing."""
    if code is None:
        return ""
    return _ZH[group].get(code, code) if language == "zh" else code


def flag(value: bool, language: str) -> str:
    """Yes or no."""
    return word("flag", "yes" if value else "no", language)
