"""Why an application goes back or is refused, and why an institution is suspended, merged or closed: a catalogue that
people choose from (4.2). `other` needs a note in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from shared.errors import FieldProblem, Invalid

ReasonedStep = Literal["return", "reject", "suspend", "merge", "close"]


class ReasonNotOffered(Invalid):
    """The code does not belong to this step."""

    code = "reason_not_offered"
    message_zh = "请从该操作的原因目录中选择原因。"
    message_en = "Choose a reason from the catalogue of this step."


class NoteMissing(Invalid):
    """`other` alone explains nothing."""

    code = "note_missing"
    message_zh = "选择“其他”时，请用文字说明原因。"
    message_en = "With the reason “other”, say in words what it is."


@dataclass(frozen=True, slots=True)
class Reason:
    """One choice of the catalogue, in both languages."""

    code: str
    zh: str
    en: str


_OTHER: Final = Reason("other", "其他（请说明）", "other; say which")
_ON_PAPER: Final = (
    Reason("licence_unclear", "许可证照片不清晰或不完整", "the picture of the licence is unclear or incomplete"),
    Reason("numbers_differ", "证照号码与照片不一致", "numbers differ from those on the licence"),
    Reason("name_differs", "机构名称与许可证不一致", "the name differs from the licence"),
    Reason("division_wrong", "行政区划选择有误", "the division is wrong"),
    Reason("contact_unreachable", "试用期管理人员无法联系", "the probation officer can not be reached"),
)
REASONS: Final[Mapping[ReasonedStep, tuple[Reason, ...]]] = {
    "return": (*_ON_PAPER, _OTHER),
    "reject": (
        Reason("in_library_already", "该机构已在机构库中", "the institution is in the library already"),
        Reason("not_lawful", "不具备合法执业资格", "it is not a lawful institution"),
        Reason("no_trial_institution", "不属于试用机构范围", "it is no institution where probation can be served"),
        Reason("false_data", "提供虚假材料", "what was handed in is false"),
        _OTHER,
    ),
    "suspend": (
        Reason("licence_expired", "执业许可证已过有效期", "the licence has expired"),
        Reason("licence_revoked", "执业许可证被吊销或注销", "the licence was revoked or cancelled"),
        Reason("inquiry", "正在接受调查", "an inquiry is under way"),
        Reason("false_data", "试用期数据不真实", "its probation data is not true"),
        Reason("account_unsafe", "账号安全存在问题", "its accounts are not safe"),
        _OTHER,
    ),
    "merge": (
        Reason("merged", "与其他机构合并", "it merged with another institution"),
        Reason("duplicate", "重复登记", "it was registered twice"),
        _OTHER,
    ),
    "close": (
        Reason("dissolved", "机构已撤销或注销", "it was dissolved"),
        Reason("licence_revoked", "执业许可证被吊销或注销", "the licence was revoked or cancelled"),
        _OTHER,
    ),
}


def require_reason(step: ReasonedStep, code: str, note: str | None) -> None:
    """Raises ReasonNotOffered, NoteMissing."""
    if code not in {one.code for one in REASONS[step]}:
        zh, en = ReasonNotOffered.message_zh, ReasonNotOffered.message_en
        raise ReasonNotOffered(problems=[FieldProblem("/reason_code", ReasonNotOffered.code, zh, en)])
    if code == _OTHER.code and not note:
        zh, en = NoteMissing.message_zh, NoteMissing.message_en
        raise NoteMissing(problems=[FieldProblem("/note", NoteMissing.code, zh, en)])


def reason_text(step: str, code: str | None, language: str) -> str | None:
    """The sentence of a reason that was given, in the reader's language; None where none was."""
    for steps, reasons in REASONS.items():
        for one in reasons:
            if steps == step and one.code == code:
                return one.zh if language == "zh" else one.en
    return None
