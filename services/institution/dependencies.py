"""What handlers, consumers and commands of this service are given."""

from dataclasses import dataclass

from services.institution.domain.binding import CycleEnd
from services.institution.domain.confirmation_code import WrongCodeLimit
from shared.clock import Clock
from shared.postgres.database import Database
from shared.printing.render import Printer
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Dependencies:
    """One per process."""

    database: Database
    keyring: Keyring
    clock: Clock
    wrong_code_limit: WrongCodeLimit
    codes_in_force: int
    binding_held_until: CycleEnd
    public_url: str
    printer: Printer

    async def close(self) -> None:
        """End the printer's children, if there are any."""
        await self.printer.stop()
