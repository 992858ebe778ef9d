"""An export: asked for, written into one file by a worker, taken by its maker, expired (B8, V69)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from shared.actor import Actor, Role
from shared.clock import SHANGHAI

_MAKER_KNOWN_WITHIN: Final = timedelta(hours=1)
ExportState = Literal["gathering", "writing", "done", "cancelled", "failed", "expired"]
Reason = Literal["supervision", "statistics", "verification", "inquiry", "archive", "own_data"]
"""Why somebody exports: kept with who, what and which filter. own_data: a person asks for what is his own."""
Failure = Literal["rights_lost", "source_lost", "too_many_tries"]
Filter = dict[str, str | bool | None]

MOST_ROWS: Final = 100_000
"""Of one export; beyond it the filter has to be narrowed."""
ROWS_AT_ONCE: Final = 500
LEASE: Final = timedelta(minutes=5)
MOST_ATTEMPTS: Final = 6
MOST_UNFINISHED: Final = 3
"""Exports of one account that run at the same time."""
UNFINISHED: Final[tuple[ExportState, ...]] = ("gathering", "writing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export as every service keeps it. `filter` holds ids, codes and flags, no personal data; `rows_all` was
    counted when it was asked for. `scope_id` is the exam body whose jurisdiction limits the rows, None for what is a
    person's own; `scope_path` leads to the body that was looked at. By default nothing of it is done yet."""

    id: UUID
    version: int = 1
    kind: str
    state: ExportState
    filter: Filter
    language: str
    reason_code: Reason
    scope_id: UUID | None
    scope_path: list[UUID]
    created_by: UUID
    role: Role
    rows_all: int
    rows_done: int = 0
    attempts: int = 0
    failure: Failure | None = None
    object_key: str | None = None
    sha256: str | None = None
    size: int | None = None
    downloads: int = 0
    downloaded_at: datetime | None = None
    created_at: datetime
    moved_at: datetime
    finished_at: datetime | None = None
    expires_at: datetime | None = None

    def waits_for_maker(self, now: datetime) -> bool:
        """Whether its maker's account may still be on its way here; comparing services brings what was lost within
        minutes."""
        return now < self.created_at + _MAKER_KNOWN_WITHIN

    @property
    def asked_on(self) -> date:
        """The day that the name of its file carries, as people count days."""
        return self.created_at.astimezone(SHANGHAI).date()

    @property
    def maker(self) -> Actor:
        """Who asked for it, as the worker acts for him."""
        kind: Literal["candidate", "staff"] = "candidate" if self.role == "candidate" else "staff"
        return Actor(kind, self.created_by, self.role, self.scope_id)
