"""Refusals while the rules of a year are edited and published."""

from shared.errors import Conflict, Invalid


class RuleMalformed(Invalid):
    """Section 6: a rule asks for facts that exist, by operators they know; `problems` says where it does not."""

    code = "rule_malformed"
    message_zh = "规则的条件或文字有误，请按提示的位置修改。"
    message_en = "The condition or a text of the rule is malformed; correct it at the place shown."


class DraftExists(Conflict):
    """One open draft per exam year."""

    code = "rule_draft_exists"
    message_zh = "该年度已有未发布的规则草稿，请继续编辑或先作废。"
    message_en = "This year has an unpublished draft of its rules; go on with it or discard it first."


class DraftClosed(Conflict):
    """A published or discarded draft is history."""

    code = "rule_draft_closed"
    message_zh = "该规则草稿已发布或作废，请新建草稿。"
    message_en = "This draft was published or discarded; start a new one."


class RulesMovedOn(Conflict):
    """A draft is published over the rules it was copied from."""

    code = "rules_moved_on"
    message_zh = "草稿所依据的规则已不是现行规则，请作废后重新建立草稿。"
    message_en = "The year went on to other rules; discard this draft and start anew."


class RulesWaiting(Conflict):
    """Published rules that wait for their moment take effect before anything else about the catalogue changes."""

    code = "rules_waiting"
    message_zh = "已有发布后待生效的规则，请在其生效后再操作。"
    message_en = "Published rules wait to take effect; come back when they have."


class RulesUnchanged(Invalid):
    """A publication changes something."""

    code = "rules_unchanged"
    message_zh = "草稿与现行规则没有差别，无需发布。"
    message_en = "The draft does not differ from the rules in force; there is nothing to publish."


class RulesOpenNoWay(Invalid):
    """At least one enabled rule allows: without one nobody could declare."""

    code = "rules_open_no_way"
    message_zh = "草稿中没有启用的准入规则，任何人都无法申报，请至少启用一条。"
    message_en = "No enabled rule of the draft allows anything, so nobody could declare; enable at least one."


class EffectiveInThePast(Invalid):
    """Rules take effect now or later."""

    code = "effective_in_the_past"
    message_zh = "生效时间不能早于现在，请留空（立即生效）或选择以后的时间。"
    message_en = "Rules can not take effect in the past; leave the moment out or choose a later one."


class TrialRunning(Conflict):
    """One dry run of a draft at a time."""

    code = "rule_trial_running"
    message_zh = "该草稿正在试算，请等待完成后再发起。"
    message_en = "This draft is being tried out; wait until that is finished."
