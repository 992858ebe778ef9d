"""Refusals about rows of probation at other places."""

from shared.errors import Conflict, Invalid


class InstitutionInLibrary(Invalid):
    """A31: what is in the library is chosen from it; a typed name is for institutions outside it."""

    code = "institution_in_library"
    message_zh = "该机构已在机构库中，请从机构库选择，不要手工填写名称。"
    message_en = "This institution is in the library; choose it there instead of typing its name."


class EvidenceMissing(Conflict):
    """4.5, C4: an earlier row is confirmed with a look at its sealed certificate."""

    code = "evidence_missing"
    message_zh = "本段经历缺少盖章的考核证明，不能确认；请退回申报，由考生补充上传。"
    message_en = "Without its sealed certificate this row can not be confirmed; return it to have it added."
