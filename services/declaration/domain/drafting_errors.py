"""Refusals while a declaration is filled in and handed in: its content, its files, the notice."""

from shared.errors import Invalid


class DeclarationIncomplete(Invalid):
    """Section 6: every failed rule at once, each with its cure, in `problems`."""

    code = "declaration_incomplete"
    message_zh = "申报内容还有 {count} 处不符合要求，请按提示修改后再提交。"
    message_en = "{count} points of the declaration do not meet the rules; correct them as indicated and submit again."


class NoticeNotAccepted(Invalid):
    """A26: the current version of the notice has to be accepted; facts: `current`."""

    code = "notice_not_accepted"
    message_zh = "请先阅读并同意最新版本（第 {current} 版）的申报须知。"
    message_en = "Read and accept the current notice (version {current}) first."


class DocumentKindUnknown(Invalid):
    """A34: files carry a kind of the cycle's table."""

    code = "document_kind_unknown"
    message_zh = "不支持的材料种类，请从材料清单中选择。"
    message_en = "This kind of document is not on the list; choose one of the list."


class TooManyDocuments(Invalid):
    """A34: a kind has a largest number of files; facts: `most`."""

    code = "too_many_documents"
    message_zh = "该类材料最多上传 {most} 份，请先删除不需要的文件。"
    message_en = "At most {most} files of this kind; delete one first."


class SupervisorUnknown(Invalid):
    """P2: supervisors are picked from the institution's roster."""

    code = "supervisor_unknown"
    message_zh = "带教老师须从所在机构的带教名单中选择，请联系机构管理员添加。"
    message_en = "Pick supervisors from the institution's roster; ask its administrator to add missing ones."


class InstitutionNotInLibrary(Invalid):
    """A31: an institution is chosen from the library; outside it, its name is typed and no id is given."""

    code = "institution_not_in_library"
    message_zh = "所选机构不在机构库中，请重新选择；库外机构请直接填写全称。"
    message_en = "This institution is not in the library; choose again, or give the full name of one outside it."


class PeriodUnknown(Invalid):
    """4.5: this kind of file belongs to one earlier row, which has to be saved first."""

    code = "period_unknown"
    message_zh = "该材料须对应一段已保存的既往试用经历，请先保存经历再上传。"
    message_en = "This file belongs to a saved earlier row; save the row first, then upload."
