"""Bodies and answers about supervisors' opinions (4.6)."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, View


class OpinionBody(Body):
    """PUT /evaluations/{evaluation_id}/opinions/{supervisor_id}: the supervisor's own words."""

    opinion: str = Field(min_length=1, max_length=600)


class OpinionView(View):
    """What one supervisor says; `signed_at` is set once that supervisor signed exactly these words."""

    supervisor_id: UUID
    version: int
    opinion: str
    written_at: datetime
    signed_at: datetime | None


class OpinionsView(View):
    """All of one evaluation."""

    items: list[OpinionView]


class SignatureRequestView(View):
    """To be handed to the supervisor; the code is shown this once."""

    opinion_id: UUID
    code: str
    until: datetime


class OpinionToSignBody(Body):
    """POST /opinion-openings: the code that the unit handed over."""

    opinion_id: UUID
    code: str = Field(min_length=20, max_length=64)


class SignatureBody(OpinionToSignBody):
    """POST /opinion-signatures: and which version of the words was seen."""

    version: int = Field(ge=1)


class OpinionToSignView(View):
    """What the supervisor is asked to sign; the trainee masked."""

    version: int
    opinion: str
    institution_name: str
    name_masked: str
    written_at: datetime


class SignedView(View):
    """It is signed."""

    signed_at: datetime
