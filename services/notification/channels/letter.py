"""The port of e-mail."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.notification.domain.delivery import Outcome


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to one address, in plain text; `out_id` becomes its Message-ID, the same at every attempt."""

    out_id: UUID
    address: str
    subject: str
    body: str


class LetterChannel(Protocol):
    """A mail server. There is no look-up: what is UNKNOWN stays so."""

    async def send(self, letter: Letter) -> Outcome:
        """Try once; never raises. FALL_BACK where the address takes no mail."""
        ...

    async def close(self) -> None:
        """Give up connections."""
        ...
