"""The port every SMS provider implements."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from services.notification.domain.delivery import Outcome


@dataclass(frozen=True, slots=True)
class Sms:
    """One text to one mainland number; `out_id` is ours and comes back in receipts and look-ups."""

    out_id: UUID
    phone: str
    template_code: str
    parameters: dict[str, str]


class SmsChannel(Protocol):
    """A provider."""

    async def send(self, sms: Sms) -> Outcome:
        """Try once; never raises: what can not be told is Verdict.UNKNOWN."""
        ...

    async def look_up(self, sms: Sms, sent_on: date) -> Outcome:
        """What became of an earlier attempt: SENT, GIVE_UP (delivery failed), RETRY (never arrived), UNKNOWN."""
        ...

    async def close(self) -> None:
        """Give up connections."""
        ...
