"""Bodies and answers of the other channels (A17, A18)."""

from datetime import datetime

from services.identity.api.verification_schemas import DocumentNumberText, NameText
from services.identity.domain.documents import DocumentType
from services.identity.domain.exempt_channel import ExemptKind
from shared.web.schemas import Body, View


class ExemptChoiceBody(Body):
    """Which channel, and the document of the national registration."""

    kind: ExemptKind
    name: NameText
    document_no: DocumentNumberText
    document_type: DocumentType = "resident_id"


class StepView(View):
    """One thing to do or to hand in."""

    code: str
    message: str


class ChannelView(View):
    """A channel and what its people do, in order."""

    kind: ExemptKind
    steps: list[StepView]


class ExemptView(View):
    """The person's choice, if any, and all channels."""

    chosen: ExemptKind | None
    chosen_at: datetime | None
    exam_year: int
    channels: list[ChannelView]
