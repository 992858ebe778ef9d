"""What all services answer about exports, and how they are listed (B8, V69)."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.exporting.job import ExportState, Failure, Filter, Reason
from shared.web.schemas import PageQuery, View


class ExportsPageQuery(PageQuery):
    """Filters; `maker` is the id of an account, for auditors. `since` and `until` bound the time of asking."""

    state: ExportState | None = None
    maker: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class ExportJobView(View):
    """An export: who asked for it when, why and with which filter; how far it is; whether it was taken."""

    id: UUID
    version: int
    state: ExportState
    reason_code: Reason
    filter: Filter
    scope_id: UUID | None
    created_by: UUID
    role: str
    rows_all: int = Field(description="counted when it was asked for; what the file holds, once it is there")
    rows_done: int
    failure: Failure | None
    sha256: str | None
    size: int | None
    downloads: int
    downloaded_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
