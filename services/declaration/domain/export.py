"""An export: asked for, gathered part by part, written into one file that expires (B8, V69)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from shared.actor import Actor, Role

ExportKind = Literal["records", "filings", "packet"]
ExportState = Literal["gathering", "writing", "done", "cancelled", "failed", "expired"]
Reason = Literal["supervision", "statistics", "verification", "inquiry", "archive", "own_data"]
"""Why somebody exports: kept with who, what and which filter. own_data: a person asks for the own packet."""
Failure = Literal["rights_lost", "source_lost", "too_many_tries"]

MOST_ROWS: Final = 100_000
"""Of one export; beyond it the filter has to be narrowed."""
ROWS_AT_ONCE: Final = 500
LEASE: Final = timedelta(minutes=5)
MOST_ATTEMPTS: Final = 6
MOST_UNFINISHED: Final = 3
"""Exports of one account that run at the same time."""
UNFINISHED: Final[tuple[ExportState, ...]] = ("gathering", "writing")


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export as it is kept. `filter` holds ids, codes and flags, no personal data; `rows_all` was counted when it
    was asked for. `scope_id` is the exam body whose jurisdiction limits the rows, None for a person's own packet."""

    id: UUID
    version: int
    kind: ExportKind
    state: ExportState
    filter: dict[str, str | bool | None]
    language: str
    reason_code: Reason
    declaration_id: UUID | None
    scope_id: UUID | None
    scope_path: list[UUID]
    created_by: UUID
    role: Role
    rows_all: int
    rows_done: int
    last_id: UUID | None
    attempts: int
    failure: Failure | None
    object_key: str | None
    sha256: str | None
    size: int | None
    downloads: int
    downloaded_at: datetime | None
    created_at: datetime
    moved_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    notices_until: datetime | None
    """Until when a packet waits for what notification was asked; None: it does not."""

    @property
    def waiting_for(self) -> Literal["notices"] | None:
        """What has to come before the file is written."""
        return "notices" if self.state == "writing" and self.notices_until is not None else None

    @property
    def maker(self) -> Actor:
        """Who asked for it, as the worker acts for him."""
        kind: Literal["candidate", "staff"] = "candidate" if self.role == "candidate" else "staff"
        return Actor(kind, self.created_by, self.role, self.scope_id)
