"""Why something could not be printed."""

from shared.errors import Invalid, Unavailable


class PrinterUnavailable(Unavailable):
    """No printing process could be had in time, or it died; the same document may be printed later."""

    code = "printer_unavailable"
    message_zh = "打印服务繁忙，请稍后重试，已保存的内容不受影响。"
    message_en = "Printing is busy; please retry shortly. Nothing that was saved is affected."


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
