"""What declaration exports: sheets gathered part by part, and decision packets (B8, C6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.exporting.job import Export

ExportKind = Literal["records", "filings", "packet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportJob(Export):
    """An export with the position of its gathering, or a packet."""

    kind: ExportKind
    declaration_id: UUID | None = None
    last_id: UUID | None = None
    notices_until: datetime | None = None
    """Until when a packet waits for what notification was asked; None: it does not."""

    @property
    def waiting_for(self) -> Literal["notices"] | None:
        """What has to come before the file is written."""
        return "notices" if self.state == "writing" and self.notices_until is not None else None
