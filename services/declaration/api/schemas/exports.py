"""Bodies and answers of exports (B8, V69)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.declaration.domain.export import ExportJob, ExportKind
from services.declaration.domain.record_standing import Lack, Standing
from shared.exporting.job import Filter
from shared.exporting.views import ExportJobView, ExportsPageQuery
from shared.web.schemas import Body, View

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

    def filter(self) -> Filter:
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


class ExportsQuery(ExportsPageQuery):
    """Of one kind, or of all."""

    kind: ExportKind | None = None


class ExportView(ExportJobView):
    """Of a packet also whose declaration it is, and whether it waits for notices."""

    kind: ExportKind
    declaration_id: UUID | None
    waiting_for: Literal["notices"] | None = Field(description="what has to come before the file is written")

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
