"""Why something could not be printed."""

from shared.errors import Conflict, Invalid, Unavailable


class PrinterUnavailable(Unavailable):
    """No printing process could be had in time, or it died; the same document may be printed later."""

    code = "printer_unavailable"
    message_zh = "打印服务繁忙，请稍后重试，名单内容不受影响。"
    message_en = "Printing is busy; please retry shortly. The content of the list is not affected."


class PrintTimedOut(PrinterUnavailable):
    """Setting the document took longer than a print may take."""

    code = "print_timed_out"
    message_zh = "生成打印件超时，请稍后重试；如多次失败请联系考试管理机构。"
    message_en = "Printing took too long; retry shortly and tell the exam body if it fails again."


class FontsMissing(Unavailable):
    """No font for Chinese text is installed; facts: `families` that would do."""

    code = "print_fonts_missing"
    message_zh = "服务器缺少中文字体（{families}），请联系系统管理员安装后重试。"
    message_en = "The server lacks a Chinese font ({families}); ask the operator to install the fonts-noto-cjk package."


class DocumentNotPrintable(Invalid):
    """The typesetter refused the document; facts: `template`."""

    code = "document_not_printable"
    message_zh = "该文档无法排版（{template}），请联系系统管理员。"
    message_en = "The document could not be set ({template}); tell the operator."


class PrintFieldTooLong(Invalid):
    """A field holds more text than a printed form has room for; facts: `field`, `limit`."""

    code = "print_field_too_long"
    message_zh = "“{field}”超过 {limit} 个字，无法打印，请先更正后重新生成。"
    message_en = "{field} is longer than {limit} characters and can not be printed; correct it and generate again."


class ListTooLong(Invalid):
    """More lines than one document is set with; facts: `limit`."""

    code = "list_too_long"
    message_zh = "名单超过 {limit} 人，请拆分为主名单和补充名单后分别打印。"
    message_en = "The list has more than {limit} people; split it into a main and a supplementary list."


class ListContentChanged(Conflict):
    """The content given to the printer is not the content that was frozen: its hash differs."""

    code = "list_content_changed"
    message_zh = "名单内容与冻结时的校验值不一致，已停止打印，请作废后重新生成名单。"
    message_en = (
        "The content of the list differs from its frozen hash and was not printed; discard it and generate again."
    )
