"""Invented numbers with right check characters: credit codes (GB 32100), licences, practising certificates."""

import random

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(dice: random.Random) -> str:
    """18 characters of a public institution in Wuhan."""
    body = "12420102" + "".join(dice.choice(_ALPHABET) for _ in range(9))
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + _ALPHABET[(31 - total % 31) % 31]


def licence_no(dice: random.Random) -> str:
    """22 characters: organisation code, division, economic type, class, profit."""
    return f"{dice.randrange(10**9):09d}420102{11}A100{1}"[:22]


def practising_no(dice: random.Random) -> str:
    """A licensed physician of clinical medicine, first registered in Wuhan."""
    return f"110420102{dice.randrange(10**6):06d}"
