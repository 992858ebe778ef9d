"""Formats of certificate numbers (5.5): what blocks, and what only warns because real data is dirty."""

import re
from typing import Final

_PRACTISING: Final = re.compile(r"[1-4]\d{14}")
_QUALIFICATION: Final = re.compile(r"\d{9}(?:\d{15}|\d{17}[\dX])")
_LEVEL: Final = 6
_RECOGNISED_WITHOUT_EXAM: Final = 1998
_ASSISTANT_LEVELS: Final = "24"


def practising_certificate_fault(number: str) -> str | None:
    """The broken rule of a practising certificate of an assistant, as a code, or None."""
    if not _PRACTISING.fullmatch(number):
        return "practising_certificate_format"
    return None if number[0] in _ASSISTANT_LEVELS else "practising_certificate_level"


def qualification_certificate_fault(number: str, document_type: str, document_no: str, year: int) -> str | None:
    """The broken rule of a qualification certificate of an assistant, as a code, or None.

    24 characters with a 15-digit ID number inside, or 27 with an 18-digit one: year, province, level, category, ID.
    People without a resident ID have other tails, which are not checked.
    """
    number = number.upper()
    if not _QUALIFICATION.fullmatch(number):
        return "qualification_certificate_format"
    if not _RECOGNISED_WITHOUT_EXAM <= int(number[:4]) < year:
        return "qualification_certificate_year"
    if number[_LEVEL] not in _ASSISTANT_LEVELS:
        return "qualification_certificate_level"
    tail, own = number[9:], document_no.upper()
    if document_type == "resident_id" and tail not in (own, own[:6] + own[8:17]):
        return "qualification_certificate_holder"
    return None
