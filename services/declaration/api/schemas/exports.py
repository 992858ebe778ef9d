"""Bodies and answers of exports (B8, V69)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.declaration.domain.export import ExportJob, ExportKind, ExportState, Failure, Reason
from services.declaration.domain.record_standing import Lack, Standing
from shared.web.schemas import Body, PageQuery, View

ListState = Literal["generated", "printed", "sealed_uploaded", "submitted", "accepted", "returned", "void"]


class ExportBody(Body):
    """POST /exports. What is exported is what the list of the same filter shows, masked as it is there."""

    kind: Literal["records", "filings"]
    reason_code: Literal["supervision", "statistics", "verification", "inquiry", "archive"]
    cycle_id: UUID
    body_id: UUID | None = None
    direct: bool = False
    standing: Standing | None = Field(None, description="of records")
    lacks: Lack | None = Field(None, description="of records: who still needs that")
    list_state: ListState | None = Field(None, description="of filings")
    reopened: bool | None = None
    late: bool | None = None
    institution_id: UUID | None = None

    def filter(self) -> dict[str, str | bool | None]:
        """As it is kept: ids, codes and flags."""
        return {
            "cycle_id": str(self.cycle_id),
            "body_id": None if self.body_id is None else str(self.body_id),
            "direct": self.direct,
            "state": self.standing if self.kind == "records" else self.list_state,
            "lacks": self.lacks if self.kind == "records" else None,
            "reopened": self.reopened,
            "late": self.late,
            "institution_id": None if self.institution_id is None else str(self.institution_id),
        }


class ExportsQuery(PageQuery):
    """Filters; `maker` is the id of an account, for auditors. `since` and `until` bound the time of asking."""

    kind: ExportKind | None = None
    state: ExportState | None = None
    maker: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class ExportView(View):
    """An export: who asked for it when, why and with which filter; how far it is; whether it was taken."""

    id: UUID
    version: int
    kind: ExportKind
    state: ExportState
    reason_code: Reason
    filter: dict[str, str | bool | None]
    declaration_id: UUID | None
    scope_id: UUID | None
    created_by: UUID
    role: str
    rows_all: int = Field(description="counted when it was asked for; what the file holds, once it is there")
    rows_done: int
    waiting_for: Literal["notices"] | None = Field(description="what has to come before the file is written")
    failure: Failure | None
    sha256: str | None
    size: int | None
    downloads: int
    downloaded_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None

    @classmethod
    def of(cls, job: ExportJob) -> "ExportView":
        """From the row."""
        return cls.model_validate(job, from_attributes=True)


class PacketBody(Body):
    """POST /decision-packets. A person asks for what is his own and gives no reason; staff give one."""

    declaration_id: UUID
    reason_code: Literal["supervision", "verification", "inquiry", "archive", "own_data"] = "own_data"


class PacketKeyView(View):
    """A key that signed packets: 32 bytes of Ed25519 in hex."""

    key_id: str
    algorithm: Literal["Ed25519"]
    public_key: str
    since: datetime


class PacketKeysView(View):
    """Every key that ever signed a packet."""

    keys: list[PacketKeyView]
