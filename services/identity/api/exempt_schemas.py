"""Bodies and answers of the other channels (A17, A18)."""

from datetime import datetime
from uuid import UUID

from services.identity.api.verification_schemas import DocumentNumberText, NameText
from services.identity.domain.documents import DocumentType
from services.identity.domain.exempt_channel import ExemptKind, Proof
from shared.web.schemas import Body, PageQuery, View


class ExemptChoiceBody(Body):
    """Which channel, and the document of the national registration."""

    kind: ExemptKind
    name: NameText
    document_no: DocumentNumberText
    document_type: DocumentType = "resident_id"
    exam_site_id: UUID | None = None


class ProofView(View):
    """A proof as it was received. `sha256` of the bytes as they came, `replaces` an earlier upload."""

    proof: Proof
    width: int
    height: int
    sha256: str
    replaces: bool


class UploadedProofView(View):
    """A proof that is there."""

    proof: Proof
    uploaded_at: datetime


class ExemptChoiceQuery(PageQuery):
    """Choices of one exam site, or of all in and below one's own node."""

    exam_site_id: UUID | None = None


class ProofLinkView(View):
    """Where a proof can be seen, by whom the link was made for, until it ends. Every look is recorded (V33)."""

    proof: Proof
    href: str
    valid_until: datetime


class ExemptChoiceView(View):
    """Somebody in the military who declares elsewhere, masked, with links to the proofs."""

    person_id: UUID
    name_masked: str
    document_no_masked: str
    chosen_at: datetime
    exam_site_id: UUID
    proofs: list[ProofLinkView]


class StepView(View):
    """One thing to do or to hand in."""

    code: str
    message: str


class ChannelView(View):
    """A channel and what its people do, in order."""

    kind: ExemptKind
    steps: list[StepView]


class ExemptView(View):
    """The person's choice, if any, and all channels. `proofs_hosted`: the military upload both proofs here before they
    choose, and name the exam site that looks at them (A18)."""

    chosen: ExemptKind | None
    chosen_at: datetime | None
    exam_site_id: UUID | None
    proofs_hosted: bool
    proofs: list[UploadedProofView]
    exam_year: int
    channels: list[ChannelView]
