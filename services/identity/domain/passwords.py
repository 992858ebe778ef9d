"""What a staff password must be (V13). Nothing is cut off; any characters are welcome."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from services.identity.domain.limits import StaffLimits
from shared.errors import FieldProblem, Invalid

LONGEST = 256
_KINDS = 3
_PHONE_TAIL = 8
_LITTLE_ELSE = 5
"""A year and a sign behind a common word do not make it a rare one."""

# The heads of every leaked list; a password that contains one of them and little else falls first.
_COMMON = (
    "password passw0rd p@ssw0rd qwerty qwertyuiop asdfgh zxcvbn 123456 12345678 1234567890 111111 000000 666666 888888 "
    "123123 654321 abc123 a1b2c3 iloveyou woaini woaini520 5201314 1314520 admin administrator root welcome letmein "
    "dragon monkey master sunshine princess football baseball superman batman hello test changeme default secret login "
    "tiro yishi zhiyeyishi kaoshi shiyongqi weijianwei yiyuan doctor hospital "
    "zaq1 1qaz2wsx qazwsx aa123456 123qwe qwe123 asd123"
)


class PasswordTooWeak(Invalid):
    """The password breaks the policy; the problems say where."""

    code = "password_too_weak"
    message_zh = "密码不符合要求，请按提示修改。"
    message_en = "The password does not meet the policy; see the hints."


@dataclass(frozen=True, slots=True)
class PasswordContext:
    """What others know about the holder and would try first: the login name, and where it is known who is meant, the
    holder's name and the institution or exam body."""

    phone: str
    words: tuple[str, ...] = ()


def require_strong(password: str, context: PasswordContext, limits: StaffLimits, *, is_breached: bool = False) -> None:
    """Raise PasswordTooWeak with every rule that is broken (V13, GB/T 22239 profile)."""
    if problems := [*_shape_problems(password, limits), *_guess_problems(password, context, is_breached)]:
        raise PasswordTooWeak(problems=problems)


def _shape_problems(password: str, limits: StaffLimits) -> Iterator[FieldProblem]:
    shortest = limits.password_length
    if len(password) < shortest:
        yield _problem("too_short", f"至少 {shortest} 个字符", f"at least {shortest} characters")
    if len(password) > LONGEST:
        yield _problem("too_long", f"最多 {LONGEST} 个字符", f"at most {LONGEST} characters")
    if limits.complex_passwords and _kinds(password) < _KINDS:
        yield _problem(
            "too_simple",
            "请混用大写字母、小写字母、数字、符号中的三种",
            "mix three of: upper case, lower case, digits, other characters",
        )


def _guess_problems(password: str, context: PasswordContext, is_breached: bool) -> Iterator[FieldProblem]:
    folded = _folded(password)
    if context.phone in folded or context.phone[-_PHONE_TAIL:] in folded:
        yield _problem("contains_phone", "不能包含手机号或其后八位", "must not contain the phone number or its end")
    if any(_folded(word) in folded for word in context.words if len(word) > 1):
        yield _problem(
            "contains_name", "不能包含本人姓名或单位名称", "must not contain your name or your institution's"
        )
    if is_breached or _is_common(folded):
        yield _problem(
            "breached",
            "该密码已在公开泄露的密码清单中，或过于常见，请换一个从未用过的密码",
            "this password is on lists of leaked or common ones; choose one you never used anywhere",
        )


def _problem(code: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem("/password", code, zh, en)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_common(folded: str) -> bool:
    if len(set(folded)) < 5:
        return True
    return any(word in folded and len(folded) - len(word) <= _LITTLE_ELSE for word in _COMMON.split())


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdecimal)
    found = sum(any(test(char) for char in password) for test in tests)
    return found + any(not any(test(char) for test in tests) for char in password)
