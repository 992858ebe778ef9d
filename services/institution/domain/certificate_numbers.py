"""Numbers: unified social credit code (GB 32100), practice licence, practising certificate."""

import re
from typing import Final

_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = re.compile(f"^[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}$")
_REGISTRATION = re.compile(r"^[0-9A-Z]{12,22}$")
_PRACTISING = re.compile(r"^[1-4][0-9]{14}$")


def tidy(number: str) -> str:
    """Upper case without blanks or hyphens, as all numbers are stored and compared."""
    return re.sub(r"[\s-]", "", number).upper()


def credit_code_shape_ok(code: str) -> bool:
    """18 characters of the alphabet without I O Z S V, digits where the division stands."""
    return _CREDIT.match(code) is not None


def credit_code_check_character(code: str) -> str:
    """The 18th character that the first 17 demand: weights 3^(i-1) mod 31 (GB 32100)."""
    total = sum(_CREDIT_ALPHABET.index(mark) * pow(3, place, 31) for place, mark in enumerate(code[:17]))
    return _CREDIT_ALPHABET[-total % 31]


def credit_code_ok(code: str) -> bool:
    """Shape and check character agree."""
    return credit_code_shape_ok(code) and credit_code_check_character(code) == code[17]


def registration_no_ok(number: str) -> bool:
    """12 to 22 letters and digits: 22 by WS 218, 12 for clinics, older lengths between (5.6)."""
    return _REGISTRATION.match(number) is not None


def practising_no_ok(number: str) -> bool:
    """15 digits, the first 1-4 (5.5); division and category are only warned about elsewhere."""
    return _PRACTISING.match(number) is not None


def may_supervise(practising_no: str) -> bool:
    """First digit 1 or 3: a licensed physician. An assistant can not supervise (5.3)."""
    return practising_no_ok(practising_no) and practising_no[0] in "13"


def category_of(practising_no: str) -> str:
    """Level digit and category digits, in the numbering of exam categories: 110430122000123 -> 110."""
    return practising_no[:3]
