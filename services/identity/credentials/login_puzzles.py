"""Puzzles for the time in which the breaker is open: nothing is stored until one is used (V5)."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.login_brake import PuzzleRefused, solves
from shared.errors import LimitReached
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, blind_index
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Puzzle:
    """`text` is "<random>.<expiry>.<keyed hash>"; find an answer with so many zero `bits`."""

    text: str
    bits: int
    expires_at: datetime


def new_puzzle(phone: str, keyring: Keyring, limits: LoginCodeLimits, now: datetime) -> Puzzle:
    """A puzzle for one phone."""
    expires_at = now + timedelta(seconds=limits.puzzle_seconds)
    head = f"{secrets.token_hex(12)}.{int(expires_at.timestamp())}"
    return Puzzle(f"{head}.{_mac(head, phone, keyring).hex()}", limits.puzzle_bits, expires_at)


async def use_puzzle(
    tx: Transaction, text: str, answer: str, phone: str, keyring: Keyring, limits: LoginCodeLimits, now: datetime
) -> None:
    """Accept a solved puzzle, once. Raises PuzzleRefused."""
    head, _, mac = text.rpartition(".")
    expiry = head.rpartition(".")[2]
    ours = _mac(head, phone, keyring).matches(_bytes(mac))
    if not ours or not expiry.isdecimal() or datetime.fromtimestamp(int(expiry), UTC) <= now:
        raise PuzzleRefused
    if not solves(text, answer, limits.puzzle_bits):
        raise PuzzleRefused
    once = Rate("login_puzzle", 1, timedelta(seconds=2 * limits.puzzle_seconds))
    try:
        await take(tx, once, bytes.fromhex(mac), now)
    except LimitReached:
        raise PuzzleRefused from None


def _mac(head: str, phone: str, keyring: Keyring) -> BlindIndex:
    return blind_index(keyring, "index_contact", "login_puzzle", f"{head}/{phone}")


def _bytes(mac: str) -> bytes:
    try:
        return bytes.fromhex(mac)
    except ValueError:
        return b""
