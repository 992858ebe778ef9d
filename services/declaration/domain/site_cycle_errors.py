"""Refusals about what an exam site sets for an exam year."""

from shared.errors import Conflict, Invalid


class SiteDatesRefused(Invalid):
    """4.9: a site sets dates earlier than the zone's, ahead of now and in order; `problems` name the fields."""

    code = "site_dates_refused"
    message_zh = "考点的时间不能晚于考区、不能早于当前时间，且须按先后排列，请按提示修改。"
    message_en = "A site's dates may not be later than the zone's nor past, and follow one another; correct them."


class SiteWindowEmpty(Conflict):
    """4.9: opening later than a site closes would leave its candidates no day at all; facts: `sites`."""

    code = "site_window_empty"
    message_zh = "新的开放时间晚于 {sites} 个考点已设定的申报截止时间，请先与考点调整其时间安排。"
    message_en = "At {sites} sites declarations would close before they open; have them change their dates first."
