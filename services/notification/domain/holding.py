"""Whether a text may go now: trial, numbers that take no texts, night, and how many have gone. Codes never wait: what
is late is worthless, so they go or are refused, and a refusal is an alarm (V5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notification.domain.quiet_hours import morning_after
from shared.clock import SHANGHAI

Per = Literal["day", "minute"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says of one text."""

    trial: bool
    on_list: bool
    unreachable: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What waits for the same: `name`s it, and each goes `apart` from the one before."""

    name: str
    apart: timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """What becomes of a text that does not go: its state and code; `next_at` only where it goes later, then or behind
    those that stand in `row`."""

    state: str
    code: str
    next_at: datetime | None = None
    row: Row | None = None


def held_by_standing(standing: Standing, *, is_code: bool, quiet: bool, now: datetime) -> Held | None:
    """Why it does not go, whatever has gone before it."""
    if standing.trial and not standing.on_list:
        return Held("withheld", "trial")
    if standing.unreachable and not is_code:
        return Held("failed", "number_unreachable")
    if quiet and not is_code and not standing.urgent:
        return Held("pending", "quiet_hours", morning_after(now))
    return None


def held_by_quota(scope: str, per: Per, per_minute: int, *, is_code: bool, now: datetime) -> Held:
    """What becomes of a text beyond a quota: notices stand in the quota's row from the next minute or day on,
    `per_minute` of them; codes are refused."""
    if is_code:
        return Held("failed", "quota")
    row = Row(f"{scope}/{per}", timedelta(minutes=1) / max(per_minute, 1))
    there = now.astimezone(SHANGHAI)
    if per == "minute":
        return Held("pending", "quota", there.replace(second=0, microsecond=0) + timedelta(minutes=1), row)
    # At midnight it is night: whoever waits gets a place in the morning's row.
    return Held("pending", "quota", there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1), row)


def scopes_of(event_type: str, *, is_code: bool) -> list[str]:
    """The quotas that a text counts in: of the zone, of its kind, of the service and of the event that caused it."""
    service = event_type.partition(".")[0]
    return sorted(("zone", "codes" if is_code else "notices", f"service:{service}", f"event:{event_type}"))
