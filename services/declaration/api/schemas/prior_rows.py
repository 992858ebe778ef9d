"""Bodies and answers about earlier rows that a unit is asked to confirm (4.5, Q5)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.declaration.api.schemas.drafting import DocumentView
from services.declaration.use_cases.prior_rows.decide_row import Answer
from shared.web.schemas import Body, PageQuery, View


class AskedRowQuery(PageQuery):
    """`open`: still to be answered."""

    open: bool | None = None


class AskedRowView(View):
    """One row a unit was asked about, the person masked."""

    declaration_id: UUID
    period_id: UUID
    number: str
    version: int
    cycle_year: int
    institution_name: str = Field(description="the unit that asks")
    name_masked: str
    state: str
    asked_at: datetime
    request_ends_at: datetime | None = Field(description="exclusive end of the time to answer")
    request_expired_at: datetime | None


class AskedRowDetailView(View):
    """The row and nothing else of the declaration."""

    declaration_id: UUID
    period_id: UUID
    number: str
    version: int
    state: str
    request_ends_at: datetime | None = Field(description="exclusive end of the time to answer")
    request_expired_at: datetime | None
    asked_by: str
    name: str
    document_no_masked: str
    department: str | None
    position: str | None
    first_day: date | None
    last_day: date | None
    supervisors: list[str]
    work_summary: str | None
    certificates: list[DocumentView]


class AskedRowAnswerBody(Body):
    """What the earlier unit says of its row; refusing needs a reason of the catalogue."""

    result: Literal["confirmed", "refused"]
    reason_code: str | None = Field(None, max_length=40)
    text: str = Field("", max_length=500)

    def answer(self) -> Answer:
        """For the use case."""
        return Answer(self.result, self.reason_code, self.text)


class AskedRowAnswerView(View):
    """The row afterwards."""

    declaration_id: UUID
    period_id: UUID
    state: str
    version: int
