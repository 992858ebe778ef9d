"""Refusals about terms and bans, each named after the broken rule and telling what to do next."""

from shared.errors import Conflict, Invalid


class PracticeCutoffOutside(Invalid):
    """R27: the cut-off for years of practice lies in the exam year or the one before; facts: `year`."""

    code = "practice_cutoff_outside"
    message_zh = "执业年限的截止日期须在 {year} 年或其前一年内，请核对。"
    message_en = "The cut-off for years of practice lies in {year} or the year before; check it."


class PersonUnknown(Invalid):
    """R29: a ban concerns somebody who was verified here."""

    code = "person_unknown"
    message_zh = "没有以该证件完成实名认证的人员，请核对证件类型和号码。"
    message_en = "Nobody was verified with this document; check its type and number."


class BanEndsInThePast(Invalid):
    """R29: a ban ends today at the earliest."""

    code = "ban_ends_in_the_past"
    message_zh = "禁止报考的截止日期不能早于今天，请核对。"
    message_en = "A ban can not end before today; check the date."


class BanNeedsAnEnd(Invalid):
    """R29: only organised cheating bars for life."""

    code = "ban_needs_an_end"
    message_zh = "只有组织作弊可以终身禁止报考，其他情形请填写截止日期。"
    message_en = "Only organised cheating bars somebody for life; give the last day for other reasons."


class BanAlreadyLifted(Conflict):
    """R29: a lifted ban stays lifted."""

    code = "ban_already_lifted"
    message_zh = "该禁止已解除，无需重复操作；如需再次禁止，请新建。"
    message_en = "This ban was lifted already; impose a new one if needed."
