"""What must be true of the details of a resident ID card, whatever the photo looked like."""

import calendar
import re
from datetime import date

LONG_TERM = "长期"
ETHNICITIES = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "其他",
    "外国血统中国籍人士",
]
TERMS = (5, 10, 20)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# The first two digits are a province (GB/T 2260); counties change, so the rest of the area code is not looked up.
_PROVINCE = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\\d"
_NUMBER = re.compile(rf"(?:{_PROVINCE})\d{{15}}[\dX]")


def check_digit_holds(number: str) -> bool:
    """GB 11643: 17 digits and the MOD 11-2 check character, X in upper case."""
    if not _NUMBER.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def is_other_document(number: str) -> bool:
    """Residence permits of Hong Kong, Macau and Taiwan people (81, 82, 83) and foreigners (9) carry the same check."""
    return number[:2] in ("81", "82", "83") or number[:1] == "9"


def birth_of(number: str) -> date | None:
    """The birth date inside an 18-character number, None when it is no date."""
    return parse_date(number[6:10], number[10:12], number[12:14])


def sex_of(number: str) -> str:
    """男 for an odd 17th digit, 女 for an even one."""
    return "男" if int(number[16]) % 2 else "女"


def parse_date(year: str, month: str, day: str) -> date | None:
    """A date from its figures, None when there is no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def birth_plausible(born: date, today: date) -> bool:
    """Not in the future and not more than 120 years ago."""
    return date(today.year - 120, 1, 1) <= born <= today


def term_lawful(valid_from: date, valid_to: date | None) -> bool:
    """5, 10 or 20 years to the day, or no end; a card of 29 February may end on 28 February or 1 March."""
    if valid_to is None:
        return True
    years = valid_to.year - valid_from.year
    if years not in TERMS:
        return False
    if (valid_from.month, valid_from.day) == (2, 29) and not calendar.isleap(valid_to.year):
        return (valid_to.month, valid_to.day) in ((2, 28), (3, 1))
    return (valid_from.month, valid_from.day) == (valid_to.month, valid_to.day)
