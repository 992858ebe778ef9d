"""Answers: what a receipt's holder is told, and the sheet to copy from."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.declaration.api.schemas.differences import WordsView
from services.declaration.domain.receipt import CHECK_LENGTH
from shared.web.schemas import Body, View


class ReceiptVerificationQuery(Body):
    """The check that stands in the QR code."""

    check: str = Field(min_length=CHECK_LENGTH, max_length=CHECK_LENGTH, pattern=r"^[0-9a-f]+$")


class ReceiptVerificationView(View):
    """What somebody who holds a receipt is told: masked people only. `stands` is false once it was taken back, handed
    in anew, refused or undone."""

    number: str
    exam_year: int
    submission: int
    submitted_at: datetime
    institution_name: str
    name_masked: str
    document_no_masked: str
    exam_level: str
    exam_category_code: str
    is_latest: bool
    stands: bool


class CopyEntryView(View):
    """One value to type, exactly as it is."""

    label: WordsView
    value: str
    hint: WordsView | None


class CopySectionView(View):
    """Values that belong together."""

    title: WordsView
    entries: list[CopyEntryView]


class CopySheetView(View):
    """What to type on the national network (C8): the caller's own data, so nothing is masked."""

    id: UUID
    number: str
    state: str
    version: int
    sections: list[CopySectionView]
    remarks: list[WordsView]
