"""Refusals while a draft is saved piece by piece."""

from collections.abc import Iterable

from shared.errors import FieldProblem, Invalid, StaleVersion


class DraftChangedMeanwhile(StaleVersion):
    """A save over a version that is not the last one; `problems` name the sections that changed since then."""

    message_zh = "草稿已在别处更新（当前版本 {current}，状态 {state}），请先合并列出的部分再保存。"
    message_en = (
        "The draft was changed elsewhere (now version {current}, state {state}); merge the listed sections first."
    )


class SectionHoldsOther(Invalid):
    """The body of one section holds fields of another, which would be lost in silence."""

    code = "section_holds_other"
    message_zh = "本部分不包含所列内容，请在对应部分保存。"
    message_en = "The listed fields belong to other sections; save them there."


def changed_meanwhile(sections: Iterable[str]) -> list[FieldProblem]:
    """One problem per section."""
    zh, en = "该部分在您上次读取后已更改。", "This section was changed since you read it."
    return [FieldProblem(f"/{section}", "changed_meanwhile", zh, en) for section in sections]


def misplaced(fields: Iterable[str]) -> list[FieldProblem]:
    """One problem per field."""
    zh, en = "此项属于其他部分。", "This belongs to another section."
    return [FieldProblem(f"/{field}", "misplaced", zh, en) for field in fields]
