"""Names as they are searched; migration 0017 says the same for what is stored (searched_text)."""

from typing import Final

from services.institution.domain.names import name_key

SHORTEST: Final = 2
"""Characters that a search needs: one would meet a tenth of the library."""

_FROM: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ一二三四五六七八九〇零Ü"
_TO: Final = "abcdefghijklmnopqrstuvwxyz12345678900v"
_LEFT_OUT: Final = "\x00()[]{}<>《》〈〉【】「」『』〔〕·•・-—–_.,、。:;'\"“”‘’!?/\\&+*#@%^~`|=$"
_MAP: Final = str.maketrans(_FROM, _TO, _LEFT_OUT)


def searched_text(typed: str) -> str:
    """Small letters, digits for Chinese figures, no marks: 第一 医院（B区） and 第1医院b区 are one text (A20)."""
    return name_key(typed).translate(_MAP)


def may_be_sound(text: str) -> bool:
    """Whether it can be pinyin: letters a to z only."""
    return text.isascii() and text.isalpha()


def is_long_enough(typed: str) -> bool:
    """Whether enough is left when marks and blanks are taken out."""
    return len(searched_text(typed)) >= SHORTEST
