"""What handlers, consumers and commands of this service are given."""

from dataclasses import dataclass
from datetime import timedelta

from services.institution.domain.binding import CycleEnd
from services.institution.domain.binding_request import RequestLimit
from services.institution.domain.confirmation_code import WrongCodeLimit
from services.institution.domain.sheet_import import SheetLimits
from shared.clock import Clock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.printing.render import Printer
from shared.security.keyring import Keyring
from shared.spreadsheets.reader import SheetReader
from shared.uploads.inspect import Inspector


@dataclass(frozen=True, slots=True)
class Dependencies:
    """One per process."""

    database: Database
    keyring: Keyring
    clock: Clock
    bucket: Bucket
    inspector: Inspector
    wrong_code_limit: WrongCodeLimit
    codes_in_force: int
    binding_held_until: CycleEnd
    application_claim: timedelta
    """How long a reviewer's claim of an application holds."""
    licence_notice: timedelta
    """How long before its last day a licence is told of."""
    request_limit: RequestLimit
    settle_after: timedelta
    sheets: SheetReader
    sheet_limits: SheetLimits
    trainee_limit: int
    public_url: str
    printer: Printer
    exports_kept: timedelta
    """How long the file of an export is there."""

    async def close(self) -> None:
        """End child processes."""
        await self.inspector.stop()
        await self.sheets.stop()
        await self.printer.stop()
