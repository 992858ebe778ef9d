"""Which e-mail addresses are taken and written to."""

import re
from typing import Final

_ADDRESS: Final = re.compile(
    r"(?=.{3,254}\Z)(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)


def is_address(text: str) -> bool:
    """Whether `text` is one plain address: no name beside it, no quotes, no second address, no line's end."""
    return _ADDRESS.fullmatch(text) is not None
