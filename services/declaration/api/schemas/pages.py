"""Bodies and answers for documents that are made of several photos."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, View


class PageFileQuery(Body):
    """What the candidate calls the photo."""

    file_name: str | None = Field(None, max_length=255)


class ArrangeBody(Body):
    """The pages in the order wanted; those left out are taken away."""

    page_ids: list[UUID] = Field(min_length=1, max_length=100)


class DocumentPageView(View):
    """One page; `sha256` of what is stored, `original_sha256` of what was sent."""

    page_id: UUID
    position: int
    content_type: str
    size: int
    sha256: str
    original_sha256: str | None
    uploaded_at: datetime


class DocumentPagesView(View):
    """The pages of a document in order. A document that was handed in before gets another id by a change."""

    document_id: UUID
    version: int
    items: list[DocumentPageView]
