"""Refusals around records that an institution enters for its people (B3)."""

from shared.errors import Conflict, Forbidden


class RecordExists(Conflict):
    """One declaration per person and cycle, whoever began it (4.4, Q11)."""

    code = "record_exists"
    message_zh = "该人员本年度已有申报记录，不能再录入；请由其本人在已有记录中继续办理。"
    message_en = "This person has a declaration this year already; the person continues with that one."


class OwnEntry(Forbidden):
    """Four eyes: nobody enters a record for himself on the institution's behalf (section 2, rule 5)."""

    code = "own_entry"
    message_zh = "不能以单位名义为本人录入，请由本单位其他管理员录入，或以考生身份申报。"
    message_en = "You can not enter your own record for the unit; a colleague does, or you declare as a candidate."


class PersonNotVerified(Conflict):
    """4.4: a declaration needs a verified identity."""

    code = "person_not_verified"
    message_zh = "该人员的实名认证尚未完成或已撤销，请提醒其先完成实名认证。"
    message_en = "This person's identity is not verified, or no longer; remind the person to verify it first."


class PersonDeclaresElsewhere(Conflict):
    """A17: who chose another channel has no record here."""

    code = "person_declares_elsewhere"
    message_zh = "该人员已选择其他渠道（省网）办理本年度手续，无需录入。"
    message_en = "This person chose another channel for this exam year; nothing is to be entered here."


class EntryDecided(Conflict):
    """B3: an entry is confirmed or declined once."""

    code = "entry_decided"
    message_zh = "该单位录入记录已确认或已不予认可，请刷新后查看。"
    message_en = "This entry was confirmed or declined already; refresh and look again."


class EnteredByYourself(Forbidden):
    """Four eyes: who entered a record is not the one who approves it (section 2, rule 5)."""

    code = "entered_by_yourself"
    message_zh = "该记录由您本人录入，须由本单位另一名管理员审核通过；您仍可退回或不予通过。"
    message_en = (
        "You entered this record, so another administrator of the unit approves it; you may return or reject it."
    )
