"""Refusals about earlier rows (4.5)."""

from shared.errors import Conflict, NotFound


class PriorRowUnknown(NotFound):
    """The declaration as submitted has no such earlier row."""

    code = "prior_row_unknown"
    message_zh = "没有找到这段既往试用经历，请刷新后重试。"
    message_en = "There is no such earlier row; refresh and try again."


class PriorUnitsDoNotConfirm(Conflict):
    """The zone has not switched electronic confirmation on for this exam year (Q5)."""

    code = "prior_units_do_not_confirm"
    message_zh = "本年度未开通既往机构在线确认，请核对盖章证明后由本单位确认。"
    message_en = "Earlier units do not confirm electronically this year; check the sealed certificate yourself."


class PriorUnitNotInLibrary(Conflict):
    """The earlier unit is no active institution of the library, so nobody there can answer."""

    code = "prior_unit_not_in_library"
    message_zh = "该既往机构不在机构库中或已停用，无法在线确认，请核对盖章证明或要求补充材料。"
    message_en = "The earlier unit is not active in the library; check the sealed certificate, or ask for evidence."


class PriorRowDecided(Conflict):
    """The row was confirmed or refused already."""

    code = "prior_row_decided"
    message_zh = "这段既往试用经历已有确认结果，请刷新后查看。"
    message_en = "This earlier row was decided already; refresh to see how."


class PriorUnitAsked(Conflict):
    """The earlier unit was asked about the row as it is, and has not answered yet."""

    code = "prior_unit_asked"
    message_zh = "已请该既往机构在线确认，请等待答复，或核对盖章证明后由本单位确认。"
    message_en = "The earlier unit was asked already; wait, or check the certificate and decide yourself."


class PriorRowRequestOver(Conflict):
    """The earlier unit had time to answer and did not; the present unit may ask again."""

    code = "prior_row_request_over"
    message_zh = "本次确认请求已过期。如仍需确认，请联系现单位重新发起请求。"
    message_en = "This request is over; contact the present unit to be asked again."
