"""Numbers of all document types a person may verify with (5.4). Types without a public check rule keep their shape."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from services.identity.domain.documents import DocumentType
from services.identity.domain.resident_number import DocumentNumberInvalid, check_character, parse_resident_number
from shared.errors import FieldProblem

_HK = re.compile(r"([A-Z]{1,2})(\d{6})([0-9A])", re.ASCII)
_TAIWAN = re.compile(r"[A-Z][12]\d{8}", re.ASCII)
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_SHAPES: Mapping[DocumentType, re.Pattern[str]] = {
    "macau_id": re.compile(r"\d{8}", re.ASCII),
    "hm_travel_permit": re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    "tw_travel_permit": re.compile(r"\d{8}|\d{10}[A-Z]?", re.ASCII),
    "passport": re.compile(r"[A-Z0-9]{6,17}", re.ASCII),
    "officer_card": re.compile(r"\S{4,30}"),
}


def plain_document_no(document_type: DocumentType, text: str, today: date, pointer: str = "/document_no") -> str:
    """The number in the form it is stored and compared. Raises DocumentNumberInvalid naming the field."""
    if document_type == "resident_id":
        return parse_resident_number(text, today, pointer).text
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper().strip("()").replace("(", "").replace(")", "")
    check = _CHECKS.get(document_type)
    good = check(number) if check else bool(_SHAPES[document_type].fullmatch(number))
    if not good:
        problem = FieldProblem(
            pointer, "shape", "号码与所选证件类型不符，请核对证件。", "This is no number of the chosen document type."
        )
        raise DocumentNumberInvalid(problems=[problem])
    # The first nine characters are lifelong; the two after them count renewals.
    return number[:9] if document_type == "hm_travel_permit" else number


def birth_date_and_sex(document_type: DocumentType, number: str) -> tuple[date, str] | None:
    """What an 18-character number says of its holder, None for other numbers. Sex is GB/T 2261.1."""
    if document_type not in ("resident_id", "hmt_residence_permit", "foreign_pr_card") or len(number) != 18:
        return None
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14])), "1" if int(number[16]) % 2 else "2"


def _eighteen(number: str) -> bool:
    return bool(_EIGHTEEN.fullmatch(number)) and check_character(number[:17]) == number[17] and _born(number)


def _born(number: str) -> bool:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])) > date(1900, 1, 1)
    except ValueError:
        return False


def _residence_permit(number: str) -> bool:
    return number[:6] in ("810000", "820000", "830000") and _eighteen(number)


def _pr_card(number: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{3}\d{12}", number, re.ASCII)) or (number.startswith("9") and _eighteen(number))


def _hk(number: str) -> bool:
    """A blank counts 36 and A..Z 10..35; weights 9 to 2, the check character 1 with A as 10; the sum is 0 mod 11."""
    if (match := _HK.fullmatch(number)) is None:
        return False
    letters, digits, last = match.groups()
    values = [36 if char == " " else ord(char) - 55 for char in letters.rjust(2)] + [int(digit) for digit in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if last == "A" else int(last))) % 11 == 0


def _taiwan(number: str) -> bool:
    """The letter becomes two digits; weights 1 9 8 7 6 5 4 3 2 1 1; the sum is 0 mod 10."""
    if not _TAIWAN.fullmatch(number):
        return False
    code = 10 + _TAIWAN_LETTERS.index(number[0])
    digits = [code // 10, code % 10, *(int(digit) for digit in number[1:])]
    return sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


_CHECKS: Mapping[DocumentType, Callable[[str], bool]] = {
    "hmt_residence_permit": _residence_permit,
    "foreign_pr_card": _pr_card,
    "hk_id": _hk,
    "taiwan_id": _taiwan,
}
