"""What a staff password must be (V13). Nothing is cut off; any characters are welcome."""

import unicodedata

from services.identity.domain.limits import StaffLimits
from shared.errors import FieldProblem, Invalid

LONGEST = 256
_KINDS = 3

# The heads of every leaked list; a password that contains one of them and little else falls first.
_COMMON = (
    "password passw0rd p@ssw0rd qwerty qwertyuiop asdfgh zxcvbn 123456 12345678 1234567890 111111 000000 666666 888888 "
    "123123 654321 abc123 a1b2c3 iloveyou woaini woaini520 5201314 1314520 admin administrator root welcome letmein "
    "dragon monkey master sunshine princess football baseball superman batman hello test changeme default secret login "
    "tiro yishi doctor hospital zaq1 1qaz2wsx qazwsx aa123456 123qwe qwe123 asd123"
)


class PasswordTooWeak(Invalid):
    """The password breaks the policy; the problems say where."""

    code = "password_too_weak"
    message_zh = "密码不符合要求，请按提示修改。"
    message_en = "The password does not meet the policy; see the hints."


def require_strong(password: str, phone: str, limits: StaffLimits) -> None:
    """Raise PasswordTooWeak with every rule that is broken (V13, GB/T 22239 profile)."""
    problems = [
        FieldProblem("/password", code, zh, en)
        for broken, code, zh, en in (
            (
                len(password) < limits.password_length,
                "too_short",
                f"至少 {limits.password_length} 个字符",
                f"at least {limits.password_length} characters",
            ),
            (len(password) > LONGEST, "too_long", f"最多 {LONGEST} 个字符", f"at most {LONGEST} characters"),
            (phone in password, "contains_phone", "不能包含手机号", "must not contain the phone number"),
            (
                _is_common(password),
                "breached",
                "该密码过于常见，容易被猜中",
                "this password is on lists of leaked ones",
            ),
            (
                limits.complex_passwords and _kinds(password) < _KINDS,
                "too_simple",
                "请混用大写字母、小写字母、数字、符号中的三种",
                "mix three of: upper case, lower case, digits, other characters",
            ),
        )
        if broken
    ]
    if problems:
        raise PasswordTooWeak(problems=problems)


def _is_common(password: str) -> bool:
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(set(folded)) < 5:
        return True
    return any(word in folded and len(folded) - len(word) < 5 for word in _COMMON.split())


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdecimal)
    found = sum(any(test(char) for char in password) for test in tests)
    return found + any(not any(test(char) for test in tests) for char in password)
