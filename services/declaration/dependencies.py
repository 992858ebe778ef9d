"""What the handlers, consumers and jobs of this service are given."""

from dataclasses import dataclass

from services.declaration.printing import TEMPLATES
from services.declaration.printing.scan_reader import ScanReader
from services.declaration.settings import Settings
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.use_cases.progress.feed import ProgressFeed
from shared.clock import Clock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.printing.render import Printer
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from shared.spreadsheets.reader import SheetReader
from shared.uploads.inspect import Inspector


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Built once per process."""

    settings: Settings
    database: Database
    keyring: Keyring
    bucket: Bucket
    clock: Clock
    catalogues: CatalogueCache
    inspector: Inspector
    printer: Printer
    progress: ProgressFeed
    sheets: SheetReader
    scans: ScanReader

    async def close(self) -> None:
        """End the children and the feed."""
        await self.inspector.stop()
        await self.printer.stop()
        await self.progress.stop()
        await self.sheets.stop()
        await self.scans.stop()


async def build_dependencies(settings: Settings, foundation: Foundation) -> Dependencies:
    """On the opened foundation."""
    return Dependencies(
        settings=settings,
        database=foundation.database,
        keyring=foundation.keyring,
        bucket=foundation.bucket,
        clock=foundation.clock,
        catalogues=CatalogueCache(),
        inspector=Inspector(processes=settings.inspectors),
        printer=Printer(TEMPLATES),
        progress=ProgressFeed(foundation.database, settings.progress_streams),
        sheets=SheetReader(),
        scans=ScanReader(),
    )
