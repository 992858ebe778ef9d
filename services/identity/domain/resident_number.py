"""Numbers of resident ID cards (GB 11643): 18 characters, MOD 11-2, a real birth date (5.4, V29)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from shared.errors import FieldProblem, Invalid

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
# First two digits of GB/T 2260, and 81-83 of residence permits. Counties are not checked: old ones live on.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")

_WHY = {
    "fifteen_digits": ("不再接受 15 位旧号码，请填写 18 位号码。", "Numbers of 15 digits are not taken any more."),
    "shape": ("号码应为 18 位，末位可为 X。", "The number has 18 characters; the last may be X."),
    "region": ("号码前两位不是有效的地区代码。", "The first two digits are no region code."),
    "check_digit": ("校验位不符，号码可能有输错的数字。", "The check digit does not match."),
    "birth_date": ("号码中的出生日期无效。", "The birth date inside the number is not possible."),
}


class DocumentNumberInvalid(Invalid):
    """The number can not be one of a resident ID card; the problem says why."""

    code = "document_number_invalid"
    message_zh = "证件号码有误，请对照证件核对后重新填写。"
    message_en = "The document number is not right; compare it with the card and enter it again."


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A valid number and what it says. `sex` is GB/T 2261.1: "1" male, "2" female."""

    text: str
    birth_date: date
    sex: str


def parse_resident_number(text: str, today: date, pointer: str = "/document_no") -> ResidentNumber:
    """The number in normal form (half-width, upper-case X). Raises DocumentNumberInvalid naming the field."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(number) == 15 and number.isdecimal():
        raise _invalid(pointer, "fifteen_digits")
    if not _SHAPE.fullmatch(number):
        raise _invalid(pointer, "shape")
    if not _PROVINCES.match(number):
        raise _invalid(pointer, "region")
    if check_character(number[:17]) != number[17]:
        raise _invalid(pointer, "check_digit")
    if (born := _date(number[6:14])) is None or not date(today.year - 120, 1, 1) <= born <= today:
        raise _invalid(pointer, "birth_date")
    return ResidentNumber(number, born, "1" if int(number[16]) % 2 else "2")


def check_character(first_17: str) -> str:
    """The MOD 11-2 check character of 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _invalid(pointer: str, code: str) -> DocumentNumberInvalid:
    return DocumentNumberInvalid(problems=[FieldProblem(pointer, code, *_WHY[code])])
