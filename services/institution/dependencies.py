"""What handlers, consumers and commands of this service are given."""

from dataclasses import dataclass

from services.institution.domain.binding import CycleEnd
from services.institution.domain.confirmation_code import WrongCodeLimit
from services.institution.domain.sheet_import import SheetLimits
from shared.clock import Clock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.security.keyring import Keyring
from shared.spreadsheets.reader import SheetReader


@dataclass(frozen=True, slots=True)
class Dependencies:
    """One per process."""

    database: Database
    keyring: Keyring
    clock: Clock
    wrong_code_limit: WrongCodeLimit
    binding_held_until: CycleEnd
    bucket: Bucket
    sheets: SheetReader
    sheet_limits: SheetLimits
    trainee_limit: int

    async def close(self) -> None:
        """End child processes."""
        await self.sheets.stop()
