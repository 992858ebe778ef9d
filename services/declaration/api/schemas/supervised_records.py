"""What exam bodies see of the records below them: numbers per body, and the list behind each number (B8)."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from pydantic import Field

from services.declaration.domain.record_standing import BodyRecords, Lack, RecordFilter, Standing
from services.declaration.storage.supervised_records import RecordRow
from shared.web.schemas import Body, PageQuery, View


class RecordStandingsQuery(Body):
    """Of which year, and of which body; the caller's own when left out."""

    cycle_id: UUID
    body_id: UUID | None = None


class RecordsQuery(PageQuery):
    """The list behind a number. `direct`: only what files with the body itself; `q` is part of an institution's name,
    or a receipt number; `lacks`: who still needs that."""

    cycle_id: UUID
    body_id: UUID | None = None
    direct: bool = False
    standing: Standing | None = None
    reopened: bool | None = None
    late: bool | None = None
    lacks: Lack | None = None
    institution_id: UUID | None = None
    q: str | None = Field(None, min_length=1, max_length=60)

    def filter(self, scope_id: UUID) -> RecordFilter:
        """As storage takes it."""
        body_id = self.body_id or scope_id
        flags = (self.standing, self.reopened, self.late)
        return RecordFilter(self.cycle_id, body_id, self.direct, *flags, self.institution_id, self.q, self.lacks)


class BodyRecordsView(View):
    """Counts of one body with all below it; the line that is `own` counts what files with the asked body itself. Open
    the list behind a number with the same `body_id`, `direct` as `own`, and the number's name as `standing`."""

    body_id: UUID
    name: str
    level: str
    own: bool
    records: int
    counts: dict[str, int] = Field(description="per standing, each named, also where nobody stands")
    reopened: int
    late: int

    @classmethod
    def of(cls, line: BodyRecords) -> "BodyRecordsView":
        """From the counts."""
        counts = {standing: line.counts.get(standing, 0) for standing in get_args(Standing)}
        plain = {name: getattr(line, name) for name in ("body_id", "name", "level", "own", "reopened", "late")}
        return cls(**plain, counts=counts, records=sum(counts.values()))


class RecordStandingsView(View):
    """The numbers of a body, line by line."""

    cycle_id: UUID
    bodies: list[BodyRecordsView]


class RecordView(View):
    """One record, masked. `version` is what its revocation expects."""

    id: UUID
    number: str | None
    state: str
    version: int
    standing: Standing
    reopened: bool
    late: bool
    exam_level: str
    exam_category_code: str
    institution_id: UUID
    institution_name: str
    filing_body_id: UUID
    name_masked: str | None
    document_no_masked: str | None
    submitted_at: datetime | None
    decided_at: datetime | None
    updated_at: datetime
    evaluation_state: str | None
    certificate_no: str | None
    list_number: str | None
    lacks: list[Lack] = Field(description="what the record still needs from its unit")

    @classmethod
    def of(cls, row: RecordRow) -> "RecordView":
        """From the row."""
        return cls.model_validate(row, from_attributes=True)
