"""Mainland mobile numbers, as they are stored and compared (A4, V5, V48)."""

import re

from shared.errors import FieldProblem, Invalid

_MOBILE = re.compile(r"1[3-9]\d{9}")
_PREFIX = re.compile(r"^(?:\+86|0086)(?=1)")


class PhoneInvalid(Invalid):
    """Not a mainland mobile number."""

    code = "phone_invalid"
    message_zh = "请填写 11 位中国大陆手机号码。"
    message_en = "Enter a mainland mobile number of 11 digits."


def plain_phone(text: str, pointer: str = "/phone") -> str:
    """Eleven digits, without +86, blanks or hyphens. Raises PhoneInvalid naming the field at `pointer`."""
    digits = _PREFIX.sub("", re.sub(r"[\s-]", "", text))
    if not _MOBILE.fullmatch(digits) or not digits.isascii():
        problem = FieldProblem(pointer, "phone_invalid", PhoneInvalid.message_zh, PhoneInvalid.message_en)
        raise PhoneInvalid(problems=[problem])
    return digits
