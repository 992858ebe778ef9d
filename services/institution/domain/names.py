"""Names as they are compared: "武汉 第一医院（总院）" and "武汉第一医院(总院)" are one name."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")


def name_key(name: str) -> str:
    """NFKC, upper case, no white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", name)).upper()
