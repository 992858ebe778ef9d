"""Why a list or a certificate could not be printed, or a scan of it not be read."""

from shared.errors import Conflict, Invalid, Unavailable


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


class ScanHasTooManyPages(Invalid):
    """More pages than are read in one go; facts: `limit`."""

    code = "scan_too_many_pages"
    message_zh = "单个文件最多 {limit} 页，请将扫描件按页码拆成几个文件依次上传。"
    message_en = "One file may have {limit} pages; split the scan in the order of its pages and upload the parts."


class ScanNotReadable(Invalid):
    """The file could not be opened, or took too long."""

    code = "scan_not_readable"
    message_zh = "无法读取该扫描件，请以 200 DPI 左右重新扫描为 PDF，或逐页拍照上传。"
    message_en = "The scan can not be read; scan again at about 200 dpi as PDF, or upload a photograph of each page."


class ScanReaderBusy(Unavailable):
    """No reader became free in time."""

    code = "scan_reader_busy"
    message_zh = "正在处理其他扫描件，请稍候再上传。"
    message_en = "Other scans are being read; upload again shortly."
