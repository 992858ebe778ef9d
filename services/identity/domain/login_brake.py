"""The brake against SMS pumping: a budget for the whole platform, a breaker on the share of codes that are redeemed,
and the puzzle that honest clients solve while it is open (V5). All phones are treated alike (V6)."""

import hashlib
from typing import Literal

from services.identity.domain.limits import LoginCodeLimits
from shared.errors import Forbidden, LimitReached

Brake = Literal["none", "puzzle", "budget"]
_SERIAL_SHARE = 0.9
_MOST_IN_FLIGHT = 200
"""Senders that may have counted and not committed yet: as many as the server has connections."""


class PuzzleNeeded(Forbidden):
    """Too few of the codes sent lately were redeemed: a client has to show some work first."""

    code = "puzzle_needed"
    message_zh = "当前短信请求异常增多，请稍候，完成安全验证后再获取验证码；也可以使用微信登录。"
    message_en = "Unusually many codes are asked for; solve the puzzle of login-puzzles first, or log in by WeChat."


class PuzzleRefused(Forbidden):
    """The puzzle is not ours, not for this phone, too old, used, or the answer is wrong."""

    code = "puzzle_refused"
    message_zh = "安全验证未通过或已过期，请重新获取后再试。"
    message_en = "The puzzle is not solved, too old, or was used; get a new one and try again."


class LoginCodesPaused(LimitReached):
    """The budget of the hour is spent."""

    code = "login_codes_paused"
    message_zh = "短信验证码暂停发送，请使用微信登录，或过一段时间再试。"
    message_en = "No more codes are sent for now; log in by WeChat, or try again later."


def budget_spent(sent_in_hour: int, limits: LoginCodeLimits) -> bool:
    """Whether one more code would be beyond the budget; `sent_in_hour` without it."""
    return sent_in_hour >= limits.budget_per_hour


def close_to_budget(sent_in_hour: int, limits: LoginCodeLimits) -> bool:
    """From here on senders queue up, so that none in flight goes beyond the budget unseen."""
    budget = limits.budget_per_hour
    return sent_in_hour >= min(budget * _SERIAL_SHARE, budget - _MOST_IN_FLIGHT)


def breaker_open(sent: int, redeemed: int, limits: LoginCodeLimits) -> bool:
    """Whether too small a share of the codes of the last minutes was redeemed."""
    return sent >= limits.breaker_sample and redeemed < sent * limits.breaker_share


def solves(puzzle: str, answer: str, bits: int) -> bool:
    """Whether SHA-256 of "<puzzle>.<answer>" begins with so many zero bits."""
    digest = hashlib.sha256(f"{puzzle}.{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
