"""Bodies and answers of the evaluation."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.web.schemas import Body, View


class EvaluationBody(Body):
    """POST /reviews/{declaration_id}/evaluation; `opinion` is the institution's own words, `reason_code` is needed for
    unqualified."""

    result: Literal["qualified", "unqualified", "provisional"]
    opinion: str = Field(min_length=1, max_length=600)
    reason_code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")] | None = None


class EvaluationView(View):
    """An evaluation as it stands; `version` is what the next step must name."""

    id: UUID
    declaration_id: UUID
    state: str
    version: int
    months_counted: int
    certificate_no: str | None
    decided_at: datetime
