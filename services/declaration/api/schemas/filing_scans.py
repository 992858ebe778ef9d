"""Bodies and answers around the sealed scan of a list."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.declaration.domain.seal_checklist import SealItem
from shared.web.schemas import Body, View


class SealConfirmation(Body):
    """PUT /qualified-lists/{list_id}/sealed-scan: the points of the checklist that were looked at, by name."""

    confirmed: list[SealItem] = Field(max_length=20)


class ScanFileView(View):
    """One file of the sealed paper; `pages` of the list in the order of its sheets, none for one that was never
    matched. `size` in bytes."""

    id: UUID
    file_kind: str
    sha256: str
    size: int
    pages: list[int]
    uploaded_at: datetime


class ScanView(View):
    """How much of the sealed paper is there; `pages` is how many the list has, None before it is printed."""

    pages: int | None
    missing: list[int]
    files: list[ScanFileView]


class SealCheckView(View):
    """A point of the checklist, who confirmed it and when; None while nobody has (P7)."""

    item: SealItem
    label_zh: str
    label_en: str
    confirmed_by: UUID | None
    confirmed_at: datetime | None
