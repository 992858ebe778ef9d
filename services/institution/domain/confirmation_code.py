"""Confirmation codes: what they look like, when one is right, and how many wrong ones a person may type (A20, A21)."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.errors import Conflict, FieldProblem, Invalid, LimitReached, NotFound

# No 0 O 1 I L: the code is read out and typed. 31^8 = 8.5e11, so five tries an hour find nothing.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 8


class ConfirmationCodeWrong(Invalid):
    """The same answer for a wrong code and for an institution that does not exist."""

    code = "confirmation_code_wrong"
    message_zh = "单位或确认码不正确，请向单位试用期管理人员核对；还可尝试 {left} 次。"
    message_en = "Unit or code is not right; ask the unit's probation officer. Tries left: {left}."


class ConfirmationCodeExpired(Conflict):
    """Said only to those who typed the right code."""

    code = "confirmation_code_expired"
    message_zh = "该确认码已过期，请向单位试用期管理人员索取新的确认码。"
    message_en = "This code has expired; ask the unit's probation officer for the new one."


class TooManyWrongCodes(LimitReached):
    """At most a few wrong codes per person and hour (4.3)."""

    code = "too_many_wrong_codes"
    message_zh = "确认码错误次数过多，请稍后再试；可先向单位试用期管理人员核对确认码。"
    message_en = "Too many wrong codes; wait a while, and check the code with the unit's probation officer."


class NoConfirmationCode(NotFound):
    """An institution has a code from the moment its profile is complete."""

    code = "no_confirmation_code"
    message_zh = "尚无确认码：请先完善机构资料，机构启用后自动生成确认码。"
    message_en = "There is no code yet: complete the profile, the code is made when the institution becomes active."


class ExpiryInPast(Invalid):
    """A code that has expired already helps nobody."""

    code = "expiry_in_past"
    message_zh = "有效期须晚于当前时间，请重新选择。"
    message_en = "The expiry must lie in the future; choose another time."


class ConfirmationCodeUsedUp(Conflict):
    """Said only to those who typed the right code: as many people as it was made for have bound with it."""

    code = "confirmation_code_used_up"
    message_zh = "该确认码的使用人数已满，请向单位试用期管理人员索取新的确认码。"
    message_en = "As many people as this code is for have used it; ask the unit's probation officer for another."


class ConfirmationCodeNameTaken(Conflict):
    """Codes in force are told apart by their names."""

    code = "confirmation_code_name_taken"
    message_zh = "本单位已有同名的有效确认码，请换一个名称，或先停用原确认码。"
    message_en = "A code in force has this name; choose another name, or withdraw that code first."


class TooManyCodes(Conflict):
    """Every typed code is compared with all that are in force."""

    code = "too_many_confirmation_codes"
    message_zh = "本单位有效确认码已达上限（{limit} 个），请先停用不再使用的确认码。"
    message_en = "The institution has {limit} codes in force, which is the limit; withdraw one that is not needed."


class CodeNotInForce(Conflict):
    """It was replaced or withdrawn."""

    code = "confirmation_code_not_in_force"
    message_zh = "该确认码已更换或停用，请刷新列表后查看最新的确认码。"
    message_en = "This code was replaced or withdrawn; refresh the list to see the one in force."


class MainCodeStays(Conflict):
    """The code without a name is rotated, never taken away."""

    code = "main_code_stays"
    message_zh = "单位主确认码不能停用，如已泄露请更换。"
    message_en = "The institution's main code can not be withdrawn; rotate it if it leaked."


class DepartmentUnknown(Invalid):
    """A code is for a department that the profile names."""

    code = "department_unknown"
    message_zh = "该科室不在本机构资料的诊疗科目中，请先完善机构资料或重新选择。"
    message_en = "The profile names no such department; choose another, or complete the profile first."


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """What a code is for; the main code has no name. `quota` counts all bindings ever made with it."""

    name: str = ""
    department: str | None = None
    cohort: str | None = None
    quota: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WrongCodeLimit:
    """At most `count` wrong codes per person in any `window`; `alarm` wrong ones at one institution are reported."""

    count: int
    window: timedelta
    alarm: int


@dataclass(frozen=True, slots=True)
class CodeAccepted:
    """Proof that a right code was typed; only the check of a try makes one."""

    institution_id: UUID
    code_id: UUID
    terms: CodeTerms


def require_future(expires_at: datetime | None, now: datetime) -> None:
    """Raises ExpiryInPast."""
    if expires_at is not None and expires_at <= now:
        text = (ExpiryInPast.message_zh, ExpiryInPast.message_en)
        raise ExpiryInPast(problems=[FieldProblem("/expires_at", ExpiryInPast.code, *text)])


def new_confirmation_code() -> str:
    """Eight characters from the system's random source."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def codes_match(typed: str, kept: str) -> bool:
    """Constant-time comparison; case, blanks and hyphens of what was typed do not matter."""
    tidy = re.sub(r"[\s-]", "", typed).upper()
    return hmac.compare_digest(tidy.encode(), kept.encode())


def seconds_until_next(oldest_wrong: datetime, limit: WrongCodeLimit, now: datetime) -> int:
    """Seconds until the oldest wrong try leaves the window, at least one."""
    return max(1, int((oldest_wrong + limit.window - now).total_seconds()) + 1)
