"""Why a list or a certificate could not be printed."""

from shared.errors import Conflict, Invalid


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
