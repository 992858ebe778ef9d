"""Why a template or a rule can not be changed so."""

from shared.errors import Conflict, Invalid, NotFound


class TemplateUnsound(Invalid):
    """Something in the text, a placeholder or a channel breaks a rule; each place is named."""

    code = "template_unsound"
    message_zh = "模板内容有误，请按所列位置逐项修改后重新保存。"
    message_en = "The template breaks rules; correct each place that is listed and save again."


class DraftExists(Conflict):
    """The template is being written already."""

    code = "template_draft_exists"
    message_zh = "该模板已有未启用的草稿，请打开该草稿继续修改，或先作废。"
    message_en = "This template has an open draft; go on with it, or discard it first."


class DraftClosed(Conflict):
    """A draft that was activated or discarded does not change any more."""

    code = "template_draft_closed"
    message_zh = "该草稿已启用或作废，不能再修改；请新建草稿。"
    message_en = "This draft was activated or discarded; start a new one."


class DraftUnchanged(Conflict):
    """A version like the one in force."""

    code = "template_draft_unchanged"
    message_zh = "草稿与现行版本没有差异，请修改后再启用。"
    message_en = "The draft does not differ from the version in force; change it first."


class TemplateMovedOn(Conflict):
    """A newer version came in force since the draft was begun."""

    code = "template_moved_on"
    message_zh = "该模板已有更新的版本，请作废此草稿，从现行版本重新开始。"
    message_en = "A newer version is in force; discard this draft and start from that one."


class ChannelInUse(Conflict):
    """A rule sends by a channel by which the new version says nothing."""

    code = "template_channel_in_use"
    message_zh = "规则表仍通过“{channel}”发送该消息，请保留该渠道的内容，或先在规则表中关闭。"
    message_en = "The rule table still sends this by {channel}; keep what it says there, or switch the rule off first."


class ChannelUnwritten(Conflict):
    """A channel can not be switched on by which the template says nothing."""

    code = "rule_channel_unwritten"
    message_zh = "该消息的模板没有“{channel}”渠道的内容，请先在模板中补充并启用，再打开该渠道。"
    message_en = "The template says nothing by {channel}; add it there and activate it, then switch the channel on."


class WechatFieldsUnused(NotFound):
    """No template in force fills exactly these fields."""

    code = "wechat_fields_unused"
    message_zh = "没有模板使用这组微信字段，请从列表中选择一组字段后重试。"
    message_en = "No template fills these fields; choose a set of them from the list."


class FieldsCollide(Invalid):
    """Two fields would have one name."""

    code = "wechat_fields_collide"
    message_zh = "两个字段不能对应微信模板中的同一个字段，请修改对应关系。"
    message_en = "Two fields can not become the same field at WeChat; correct which becomes which."


class InAppStays(Conflict):
    """In-app messages can not be switched off: they are the record of what a person was told."""

    code = "rule_in_app_stays"
    message_zh = "站内消息不能关闭，它是已通知当事人的记录；可以关闭其他渠道。"
    message_en = "In-app messages can not be switched off: they are the record of what was told. Other channels can."


class CodeStaysOnPhone(Conflict):
    """What goes to the phone or e-mail address named in the event goes there alone, and always."""

    code = "rule_phone_only"
    message_zh = "验证码、邀请码和换号提醒只能发送到对应的手机或邮箱，此规则不能修改。"
    message_en = (
        "Codes, invitations and the warning to an old number go where they belong and nowhere else; this rule stays."
    )


class SilentRule(Conflict):
    """A rule that uses no channel tells nobody."""

    code = "rule_silent"
    message_zh = "至少保留一个渠道，否则当事人收不到消息。"
    message_en = "Keep at least one channel, or nobody is told."


class WechatForCandidates(Conflict):
    """Only persons have an openid."""

    code = "rule_wechat_for_candidates"
    message_zh = "微信消息只能发给考生，请改用短信。"
    message_en = "WeChat reaches candidates only; use SMS."


class EmailForCandidates(Conflict):
    """Staff is not written to by e-mail: no address of theirs is known here."""

    code = "rule_email_for_candidates"
    message_zh = "邮件只能发给考生，请改用短信。"
    message_en = "E-mail reaches candidates only; use SMS."


class AccountByText(Conflict):
    """Security warnings never go by WeChat (V9), and e-mail goes by choice, which nobody has about the account."""

    code = "rule_account_by_text"
    message_zh = "账号与安全类通知不能通过该渠道发送，请改用短信。"
    message_en = "Notices about the account and its security do not go by this channel; use SMS."


class InAppAlone(Conflict):
    """It comes of no event but of a delivery that failed, and is written into the inbox only."""

    code = "rule_in_app_alone"
    message_zh = "该消息只在站内显示，请保持其他渠道关闭。"
    message_en = "This is shown in the app only; leave the other channels off."


class RuleUnchanged(Conflict):
    """Nothing to change."""

    code = "rule_unchanged"
    message_zh = "渠道设置没有变化，请调整后再保存。"
    message_en = "The channels are as they were; change something first."
