"""Names as the national form takes them: Han characters, at most 28, the dot of minority names as · (5.1)."""

import re
import unicodedata

from shared.errors import FieldProblem, Invalid

_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅･．.●", "·"))
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# A character no input method knows may be written as ? until the zone mends it.
_NAME = re.compile(rf"[{_HAN}?]+(?:·[{_HAN}?]+)*")
_LONGEST = 28


class NameInvalid(Invalid):
    """Not a name as it stands on a mainland document."""

    code = "name_invalid"
    message_zh = "姓名只能填写汉字（少数民族姓名可含“·”），最多 28 个字。"
    message_en = "Use Chinese characters only (and · in minority names), at most 28."


_FOREIGN = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'·-])*")


def plain_foreign_name(text: str, pointer: str = "/name") -> str:
    """A name in any script, at most 28 characters, single blanks. Raises NameInvalid naming the field."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > _LONGEST or not _FOREIGN.fullmatch(name):
        zh, en = "姓名须与证件一致，最多 28 个字符。", "Use the name as on the document, at most 28 characters."
        raise NameInvalid(problems=[FieldProblem(pointer, "name_invalid", zh, en)])
    return name


def plain_name(text: str, pointer: str = "/name") -> str:
    """Composed form, one kind of dot, no white space. Raises NameInvalid naming the field at `pointer`."""
    name = "".join(unicodedata.normalize("NFC", text).split()).translate(_DOTS).replace("？", "?")
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        problem = FieldProblem(pointer, "name_invalid", NameInvalid.message_zh, NameInvalid.message_en)
        raise NameInvalid(problems=[problem])
    return name
