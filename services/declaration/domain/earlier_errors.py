"""Refusals of copying an earlier year's data."""

from shared.errors import Conflict


class DraftNotEmpty(Conflict):
    """P11: data is copied into an empty draft only, so that nothing typed is overwritten."""

    code = "draft_not_empty"
    message_zh = "草稿中已有内容，不能再复制上一年度数据；如需复制，请先清空各部分。"
    message_en = "The draft has content already; empty its sections first to copy last year's data."


class NoEarlierDeclaration(Conflict):
    """P11: the person handed nothing in before this year."""

    code = "no_earlier_declaration"
    message_zh = "没有找到您以往年度提交的申报，请直接填写。"
    message_en = "You handed in nothing in an earlier year; fill in the form instead."
