"""Refusals of the yearly filing, each named after the broken rule of 4.7 and telling what to do next."""

from shared.errors import Conflict, Invalid, NotFound, Unavailable


class ListStepNotAllowed(Conflict):
    """4.7 has no such transition; facts: `state`."""

    code = "list_step_not_allowed"
    message_zh = "名单当前为“{state}”，不能进行此操作，请刷新后查看。"
    message_en = "The list is {state}; that does not allow this step. Refresh to see its state."


class ListAlreadyOpen(Conflict):
    """One open list per institution, cycle and kind."""

    code = "list_already_open"
    message_zh = "本单位本年度已有一份办理中的同类名单，请先完成或作废该名单。"
    message_en = "A list of this kind is open already; finish or discard it first."


class MainListExists(Conflict):
    """After the main list only supplementary and cancellation lists follow."""

    code = "main_list_exists"
    message_zh = "本年度名单已备案，新增人员请使用补充名单。"
    message_en = "The main list is filed; use a supplementary list for further people."


class MainListMissing(Conflict):
    """A supplementary or cancellation list changes an accepted main list."""

    code = "main_list_missing"
    message_zh = "本年度尚无已备案的名单，请先办理年度名单。"
    message_en = "There is no accepted main list this year yet; file the main list first."


class CycleClosed(Conflict):
    """Lists are opened while the cycle runs."""

    code = "cycle_closed"
    message_zh = "该年度已结束，不能再办理名单。"
    message_en = "This cycle is over; no list can be opened any more."


class NobodyToList(Conflict):
    """Nobody is approved and qualified and free."""

    code = "nobody_to_list"
    message_zh = "没有可列入名单的人员：须申报已通过、考核合格且未列入其他名单。如确无考生，请选择零报送。"
    message_en = (
        "Nobody can be listed: it takes an approved declaration, a qualified evaluation and a place on no other list. "
        "If you have no candidates, file a nil return."
    )


class SomebodyToList(Conflict):
    """A nil return says that there is nobody; facts: `count`."""

    code = "somebody_to_list"
    message_zh = "本单位有 {count} 名合格人员，不能零报送，请生成名单。"
    message_en = "There are {count} qualified people; a nil return is not possible. Generate the list."


class PersonOnAnotherList(Conflict):
    """Somebody was taken by a list generated at the same moment."""

    code = "person_on_another_list"
    message_zh = "部分人员刚刚被列入另一份名单，请刷新后重新生成。"
    message_en = "Somebody was just put on another list; refresh and generate again."


class FileNotReady(Conflict):
    """The print role has not finished yet; facts: `ahead`."""

    code = "file_not_ready"
    message_zh = "文件正在排版，前面还有 {ahead} 份，请稍候再试。"
    message_en = "The file is being rendered, {ahead} others come first; try again in a moment."


class FileNotPrintable(Conflict):
    """The print role gave up a list after several tries."""

    code = "file_not_printable"
    message_zh = (
        "该名单多次排版失败，已停止重试。请作废本名单，新建名单后重新生成；仍失败的，请联系系统管理员并告知名单编号。"
    )
    message_en = (
        "The list could not be rendered in several tries. Discard this list, open a new one and generate it; if that "
        "fails too, tell the operator its number."
    )


class CertificateNotPrintable(FileNotPrintable):
    """The print role gave up a certificate, of the year or provisional, after several tries."""

    message_zh = (
        "该证明多次排版失败，已停止重试。请再次点击核发，系统将按原编号重新核发同一份证明；"
        "仍失败的，请联系系统管理员并告知证明编号。"
    )
    message_en = (
        "The certificate could not be rendered in several tries. Issue it again: you ask for the same paper again, and "
        "it keeps its number; if that fails too, tell the operator its number."
    )


class ListNotPrinted(Conflict):
    """The file leaves only after the list was marked as printed."""

    code = "list_not_printed"
    message_zh = "请先点击“打印”，再下载名单文件。"
    message_en = "Mark the list as printed first, then download it."


class SealNotConfirmed(Invalid):
    """Points of the seal checklist are open (P7); facts: `items_zh`, `items_en`."""

    code = "seal_not_confirmed"
    message_zh = (
        "以下各项尚未确认：{items_zh}。请在纸质名单上补齐（只认单位公章，医务科等部门印章无效），"
        "重新扫描上传后再逐项确认。"
    )
    message_en = (
        "Not confirmed yet: {items_en}. Put it right on paper (only the official seal counts, no department's), "
        "scan and upload again, then confirm each point."
    )


class ScanDoesNotMatch(Invalid):
    """Sheets of the file are not the pages of this list in their order; facts: `sheets_zh`, `sheets_en`."""

    code = "scan_does_not_match"
    message_zh = "扫描件与名单不符：{sheets_zh}。请更正后重新上传该文件。"
    message_en = "The scan does not match the list: {sheets_en}. Correct it and upload the file again."


class ScanIncomplete(Conflict):
    """Pages of the list are in no file yet; facts: `missing`, `pages`."""

    code = "scan_incomplete"
    message_zh = "名单共 {pages} 页，还缺第 {missing} 页的扫描件，请补充上传后再确认盖章。"
    message_en = "The list has {pages} pages; page {missing} is missing. Upload it, then confirm the seal."


class PagesWithoutCodes(Conflict):
    """The list was printed before its pages bore codes, so no scan can be matched with it."""

    code = "list_pages_without_codes"
    message_zh = "该名单的打印件没有本页二维码，请作废后重新生成、打印并盖章。"
    message_en = "The pages of this list bear no codes; discard it, generate and print it again, and have that sealed."


class NotOnAcceptedList(Invalid):
    """Only who stands on an accepted list of the institution can be cancelled; facts: `who_zh`, `who_en`."""

    code = "not_on_accepted_list"
    message_zh = "以下申报不在本单位已备案的名单上：{who_zh}。请刷新名单后重新选择要撤销的人员。"
    message_en = "Not on an accepted list of yours: {who_en}. Refresh the lists and choose again whom to cancel."


class PersonNamedTwice(Invalid):
    """A cancellation names everybody once, with one reason; facts: `who_zh`, `who_en`."""

    code = "person_named_twice"
    message_zh = "以下申报在撤销名单中重复：{who_zh}。请删除重复的一条后重新生成。"
    message_en = "Named more than once: {who_en}. Keep one entry for each and generate the list again."


class NobodyToCancel(Invalid):
    """A cancellation names whom it cancels, each with a reason; other lists name nobody."""

    code = "nobody_to_cancel"
    message_zh = "撤销名单须逐人选择并填写原因；年度名单和补充名单由系统按条件生成，不能指定人员。"
    message_en = "A cancellation names each person with a reason; other lists are made by the system and name nobody."


class ListOutdated(Conflict):
    """Declarations or evaluations changed after the list was frozen; facts: `count`, `lines`."""

    code = "list_outdated"
    message_zh = "名单生成后有 {count} 人的申报或考核已变动（第 {lines} 行），请作废或退回后重新生成。"
    message_en = "{count} of the people changed after the list was frozen (lines {lines}); it must be generated again."


class FilingDeadlinePassed(Conflict):
    """After the filing deadline only with the exam body's permission (B13); facts: `deadline`."""

    code = "filing_deadline_passed"
    message_zh = "备案截止时间 {deadline} 已过，请联系同级考试管理机构申请补报。"
    message_en = "The filing deadline {deadline} has passed; ask your exam body for permission to file late."


class LateFilingAlreadyPermitted(Conflict):
    """Late filing is permitted once for a list."""

    code = "late_filing_already_permitted"
    message_zh = "该名单已同意补报，无需重复操作，请等待单位报送。"
    message_en = "Late filing of this list is permitted already; wait for the institution to hand it in."


class LineUnknown(Invalid):
    """A reason names a line that the list does not have; facts: `line`."""

    code = "list_line_unknown"
    message_zh = "名单没有第 {line} 行，请核对后重新填写退回原因。"
    message_en = "The list has no line {line}; check the reasons."


class FilingNeedsProfile(Conflict):
    """The institution's basic information comes first (B9)."""

    code = "filing_needs_profile"
    message_zh = "请先由主账号完善本单位基本信息，再办理名单。"
    message_en = "The institution's owner has to complete its profile before lists can be made."


class InstitutionUnknown(Unavailable):
    """The institution's own record has not reached this service yet."""

    code = "institution_not_known_yet"
    message_zh = "单位信息正在同步，请稍后重试。"
    message_en = "The institution's record is still on its way; retry shortly."


class FileNotThere(NotFound):
    """No such file on this list yet."""

    code = "list_file_not_there"
    message_zh = "该文件尚未生成或上传。"
    message_en = "This file does not exist yet."
