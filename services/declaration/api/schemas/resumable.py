"""Bodies and answers for uploads that come in parts."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, View


class UploadBody(Body):
    """What is going to be sent; `size` in bytes, `sha256` of the whole. `page_of` for a further page of a document."""

    kind: str = Field(min_length=1, max_length=40)
    period_id: UUID | None = None
    page_of: UUID | None = None
    file_name: str | None = Field(None, max_length=255)
    size: int = Field(ge=1, le=64 * 1024 * 1024)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class UploadView(View):
    """Where an upload stands: the next part begins at `offset`, which is the server's word, and holds at most
    `part_limit` bytes. `document_id` is what it became."""

    id: UUID
    kind: str
    period_id: UUID | None
    page_of: UUID | None
    size: int
    sha256: str
    offset: int
    part_limit: int
    expires_at: datetime
    document_id: UUID | None


class UploadsView(View):
    """Uploads of a draft that may go on."""

    items: list[UploadView]
