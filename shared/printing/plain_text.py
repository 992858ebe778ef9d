"""Text as it may be printed: nothing invisible, nothing that turns the line around, never an empty box (V70)."""

import unicodedata
from collections.abc import Container
from typing import Final

_MARKS_IN_A_ROW: Final = 3


def printable(text: str, covered: Container[int]) -> str:
    """`text` with every control, bidi mark, private or uncovered character written as its code point, e.g. [U+202E].

    Line breaks and tabs become spaces; of a pile of combining marks the first three stay.
    """
    shown: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if char in "\n\r\t\u3000 ":
            shown.append("\u3000" if char == "\u3000" else " ")
        elif _is_variation_selector(char):
            # Chooses between forms of the character before it; draws nothing itself.
            shown.append(char)
        elif unicodedata.category(char)[0] == "C" or ord(char) not in covered or marks > _MARKS_IN_A_ROW:
            shown.append(f"[U+{ord(char):04X}]")
        else:
            shown.append(char)
    return "".join(shown)


def printable_data(data: object, covered: Container[int]) -> object:
    """The same for every string inside lists and dictionaries; keys are ours and stay."""
    if isinstance(data, str):
        return printable(data, covered)
    if isinstance(data, dict):
        return {key: printable_data(value, covered) for key, value in data.items()}
    if isinstance(data, list):
        return [printable_data(value, covered) for value in data]
    return data


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
