"""Refusals of decision packets, each named after the broken rule and telling what to do next."""

from shared.errors import Invalid


class ReasonRequiredForPacket(Invalid):
    """A packet shows a person's data whole: staff say what for (V55)."""

    code = "packet_reason_required"
    message_zh = "决定材料包含完整个人信息，请选择导出理由（监督、核实、调查或归档）后重新提交。"
    message_en = "A packet shows personal data whole; give a reason (supervision, verification, inquiry or archive)."
