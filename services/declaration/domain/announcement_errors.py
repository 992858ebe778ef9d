"""Refusals of commands about announcements, each telling what to do next (P16)."""

from shared.errors import Conflict, Forbidden


class AnnouncementOver(Conflict):
    """What is over stays over: nobody can be untold; facts: `state`, `state_zh`."""

    code = "announcement_over"
    message_zh = "该通知已结束（{state_zh}），无法再暂停、继续或取消；如需更正，请重新修改时间安排，系统会另行通知。"
    message_en = (
        "This announcement is over ({state}) and can not be paused, resumed or cancelled; to correct it, change the "
        "dates again, and that is announced anew."
    )


class AnnouncementPaused(Conflict):
    """Only what is on its way can be paused."""

    code = "announcement_paused"
    message_zh = "该通知已处于暂停状态，请选择继续发送或取消。"
    message_en = "This announcement is paused already; resume or cancel it."


class AnnouncementNotPaused(Conflict):
    """Only what was paused can be resumed; facts: `state`, `state_zh`."""

    code = "announcement_not_paused"
    message_zh = "该通知并未暂停（{state_zh}），正在自动发送，无需继续操作，请刷新查看进度。"
    message_en = "This announcement is not paused ({state}) and goes on by itself; refresh to see how far it is."


class AnnouncementOfZone(Forbidden):
    """Who may change the dates may stop the telling of them: those of the zone are the zone's alone."""

    code = "announcement_of_zone"
    message_zh = "该通知由考区发布，只有考区管理员可以暂停、继续或取消，请联系考区管理员。"
    message_en = "The zone announces this, and only its administrators can pause, resume or cancel it; ask them."
