"""The login_guard table: one row per phone number, known or not. Its lock makes counting and acting one step (V3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.postgres.transaction import Transaction

_LOCK: Final = """
INSERT INTO login_guard AS g (phone_index, touched_at) VALUES ($1, $2)
ON CONFLICT (phone_index) DO UPDATE SET touched_at = excluded.touched_at
RETURNING g.phone_index, g.sent_at, g.wrong_at, g.staff_failed_at, g.staff_locked_until
"""
_UPDATE: Final = """
UPDATE login_guard SET sent_at = $2, wrong_at = $3, staff_failed_at = $4, staff_locked_until = $5 WHERE phone_index = $1
"""
_DELETE_IDLE: Final = "DELETE FROM login_guard WHERE touched_at < $1"


@dataclass(frozen=True, slots=True)
class LoginGuard:
    """What happened at one phone lately."""

    phone_index: bytes
    sent_at: list[datetime]
    wrong_at: list[datetime]
    staff_failed_at: list[datetime]
    staff_locked_until: datetime | None


async def lock(tx: Transaction, phone_index: bytes, now: datetime) -> LoginGuard:
    """The row of a phone, made when missing, locked until commit."""
    rows = await tx.fetch(_LOCK, phone_index, now)
    return LoginGuard(**dict(rows[0]))


async def update(tx: Transaction, guard: LoginGuard) -> None:
    """Write back what `lock` gave out."""
    await tx.execute(
        _UPDATE, guard.phone_index, guard.sent_at, guard.wrong_at, guard.staff_failed_at, guard.staff_locked_until
    )


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget phones at which nothing happened since `before`."""
    return await tx.execute(_DELETE_IDLE, before)
