"""The question of the national network and the one shape of its answer (4.10)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.schemas import Body, View


class StatusQuestion(Body):
    """POST /status-queries: a body, because a document number never stands in an address."""

    document_type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    document_no: str = Field(min_length=4, max_length=40)
    exam_year: int = Field(ge=2000, le=2100)
    name: str | None = Field(None, min_length=1, max_length=60)


class StatusView(View):
    """Every field is always there; all but `status` are null for `none`."""

    status: Literal[
        "none", "in_progress", "approved", "filed_provisional", "filed", "lapsed", "revoked", "exempt_channel"
    ]
    exam_level: str | None
    exam_category_code: str | None
    institution_name: str | None
    institution_code: str | None
    exam_site_code: str | None
    months_counted: int | None
    certificate_no: str | None
    updated_at: datetime | None
    record_version: int | None
