"""Refusals that come from the exam year: its dates, its categories, its catalogue."""

from shared.errors import Conflict, Invalid, NotFound, Unavailable


class NoOpenCycle(NotFound):
    """No exam year is open or announced."""

    code = "no_open_cycle"
    message_zh = "目前没有开放的申报年度，请关注考区通知。"
    message_en = "No exam year is open now; watch for the zone's notice."


class DeclarationWindowClosed(Conflict):
    """4.4: a first submission only inside the window of the cycle."""

    code = "declaration_window_closed"
    message_zh = "不在申报时间内（{opens} 至 {closes}），请留意考区通知。"
    message_en = "Declarations are open from {opens} to {closes} only."


class ReviewDeadlinePassed(Conflict):
    """4.4: resubmissions and decisions only until the review deadline of the cycle."""

    code = "review_deadline_passed"
    message_zh = "已超过审核截止时间（{deadline}），请联系考试管理机构。"
    message_en = "The review deadline ({deadline}) has passed; contact your exam body."


class CategoryNotOffered(Invalid):
    """A23: only combinations of the cycle's table can be chosen."""

    code = "category_not_offered"
    message_zh = "所选级别、类别与报考途径的组合不在本年度申报范围内，请重新选择。"
    message_en = "This combination of level, category and route is not offered this year; choose again."


class CycleDatesDisordered(Invalid):
    """4.9: the dates of a cycle follow one another."""

    code = "cycle_dates_disordered"
    message_zh = "各时间点须按先后排列：开放、截止、审核截止、备案截止、国家报名起止、补全截止。"
    message_en = "The dates must follow one another: opening, closing, review, filing, registration, completion."


class CycleExists(Conflict):
    """One cycle per exam year."""

    code = "cycle_exists"
    message_zh = "该考试年度已存在，请直接修改其时间安排。"
    message_en = "This exam year exists already; change its dates instead."


class CycleNotPlanned(Conflict):
    """4.9: only a planned cycle can be opened."""

    code = "cycle_not_planned"
    message_zh = "该年度已经开放或已结束，请刷新后查看。"
    message_en = "This year was opened already; refresh and look again."


class CycleNotClosed(Conflict):
    """4.9: only a closed cycle is archived."""

    code = "cycle_not_closed"
    message_zh = "只有已关闭的年度可以归档，请在年度关闭后再办理。"
    message_en = "Only a closed year can be archived; wait until it is closed."


class CycleFinished(Conflict):
    """4.9: closed and archived cycles keep their dates."""

    code = "cycle_finished"
    message_zh = "该年度已关闭，时间安排不能再改。"
    message_en = "This year is closed; its dates can not change any more."


class CatalogueMissing(Unavailable):
    """The catalogue version a cycle pins is not in the table: a deployment fault."""

    code = "catalogue_missing"
