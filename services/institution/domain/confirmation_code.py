"""Confirmation codes: what they look like, when one is right, and how many wrong ones a person may type (A20, A21)."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.errors import Conflict, Invalid, LimitReached, NotFound

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
