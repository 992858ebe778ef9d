"""Answers about spreadsheets of people to invite."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.staff_sheet import RowResult, SheetState
from shared.web.schemas import PageQuery, View


class SheetView(View):
    """One upload and how far it is: rows by result."""

    sheet_id: UUID
    state: SheetState
    version: int
    created_at: datetime
    done_at: datetime | None
    wrong: int
    waiting: int
    invited: int
    refused: int


class SheetRowsQuery(PageQuery):
    """Narrows the rows."""

    result: RowResult | None = None


class SheetRowView(View):
    """One row; `problem` is the stable code of what is wrong."""

    line: int
    role: str
    target_scope_id: UUID | None
    phone_masked: str
    result: RowResult
    problem: str | None
    staff_id: UUID | None
