"""Bodies and answers about the ways to log in, and about accounts that may be one person's."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.identity.api.login_schemas import Code, PhoneText
from services.identity.domain.credentials import Credential, CredentialKind
from services.identity.domain.documents import DocumentType
from services.identity.domain.merging import Grounds, MergeState
from services.identity.domain.verification import State
from services.identity.storage.merge_requests import MergeRequest
from shared.web.schemas import Body, PageQuery, View

EmailText = Annotated[str, StringConstraints(min_length=3, max_length=254)]


class CredentialView(View):
    """One way to log in, masked."""

    credential_id: UUID
    kind: CredentialKind
    shown: str
    linked_at: datetime | None

    @classmethod
    def of(cls, credential: Credential) -> "CredentialView":
        """The view of a credential."""
        return cls(
            credential_id=credential.credential_id,
            kind=credential.kind,
            shown=credential.shown,
            linked_at=credential.linked_at,
        )


class CredentialsView(View):
    """The phone first, then the WeChat accounts."""

    items: list[CredentialView] = Field(max_length=100)


class ProvenPhoneBody(Body):
    """A phone, and the code that came to it."""

    challenge_id: UUID
    phone: PhoneText
    code: Code


class EmailCodeBody(Body):
    """Where notices are wanted."""

    email: EmailText


class ProvenEmailBody(Body):
    """An e-mail address, and the code that came to it."""

    challenge_id: UUID
    email: EmailText
    code: Code


class EmailView(View):
    """The address that is used now, masked."""

    email_masked: str


class LinkView(View):
    """`linked`, or `merge_pending` where somebody else has the credential: a reviewer decides whether both accounts are
    one person's."""

    outcome: Literal["linked", "merge_pending"]
    merge_request_id: UUID | None = None

    @classmethod
    def of(cls, request: MergeRequest | None) -> "LinkView":
        """The outcome of a link."""
        if request is None:
            return cls(outcome="linked")
        return cls(outcome="merge_pending", merge_request_id=request.request_id)


class PhoneChangeView(View):
    """`changed`, with the time until which credentials and documents can not be changed; or `merge_pending`."""

    outcome: Literal["changed", "merge_pending"]
    held_until: datetime | None = None
    merge_request_id: UUID | None = None


class OwnMergeView(View):
    """A request of one's own (A5)."""

    request_id: UUID
    grounds: Grounds
    state: MergeState
    version: int
    requested_at: datetime
    decided_at: datetime | None
    reason_code: str | None

    @classmethod
    def of(cls, request: MergeRequest) -> "OwnMergeView":
        """What the applicant may know: not whether anybody holds a claimed document."""
        return cls(
            request_id=request.request_id,
            grounds=request.grounds,
            state=request.state,
            version=request.version,
            requested_at=request.requested_at,
            decided_at=request.decided_at,
            reason_code=request.reason_code,
        )


class OwnMergesView(View):
    """The last twenty, the newest first."""

    items: list[OwnMergeView] = Field(max_length=20)


class MergesQuery(PageQuery):
    """Which requests to list."""

    grounds: Grounds | None = None


class MergeItemView(View):
    """A waiting request in the list."""

    request_id: UUID
    grounds: Grounds
    requested_at: datetime
    version: int


class MergeSideView(View):
    """One of the two accounts, masked."""

    person_id: UUID
    created_at: datetime
    active: bool
    phone_masked: str | None
    wechat_accounts: int
    verification_state: State
    name_masked: str | None
    document_no_masked: str | None
    photos: list[str]


class MergeView(View):
    """A request opened by its reviewer; the look is recorded. A claim stands in clear, to be compared with photos."""

    request_id: UUID
    grounds: Grounds
    state: MergeState
    version: int
    requested_at: datetime
    applicant: MergeSideView
    other: MergeSideView | None
    remains: UUID | None
    claimed_type: DocumentType | None = None
    claimed_name: str | None = None
    claimed_document_no: str | None = None
    claimed_name_agrees: bool | None = None


class MergeRejectionBody(Body):
    """A reason the person can act on."""

    reason_code: Literal["not_same_person", "identity_not_shown", "accounts_changed", "no_such_account"]
