"""Bodies, filters and answers about accounts below one's own, their logins, and transfers of ownership."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.identity.api.login_schemas import PhoneText
from services.identity.api.verification_schemas import NameText
from services.identity.domain.ownership_transfer import OldOwner, OwnershipTransfer, TransferState
from services.identity.domain.staff_account import StaffMethod, StaffState
from services.identity.storage.staff_logins import Result
from shared.actor import Role
from shared.web.schemas import Body, PageQuery, View

Reason = Annotated[str, StringConstraints(min_length=2, max_length=200)]
StaffRole = Literal[
    "site_admin",
    "point_admin",
    "institution_owner",
    "institution_business_admin",
    "identity_reviewer",
    "auditor",
]


class StaffQuery(PageQuery):
    """Narrows the list of accounts."""

    state: StaffState | None = None
    role: StaffRole | None = None
    scope_id: UUID | None = None


class StaffSearchBody(StaffQuery):
    """The same with what must not stand in an address: a whole name or a whole phone number."""

    name: NameText | None = None
    phone: PhoneText | None = None


class StaffView(View):
    """One account below the caller's."""

    staff_id: UUID
    role: Role
    scope_kind: Literal["exam_body", "institution"]
    scope_id: UUID
    scope_name: str
    name_masked: str
    phone_masked: str
    state: StaffState
    awaits_holder: bool
    version: int
    last_login_at: datetime | None
    responsibility_accepted_at: datetime | None
    invited_until: datetime | None


class LoginView(View):
    """One login or try; addresses are masked."""

    login_id: UUID
    staff_id: UUID
    role: Role
    name_masked: str
    scope_id: UUID
    at: datetime
    address_masked: str
    client: str
    result: Result
    method: StaffMethod | None


class StaffDetailView(StaffView):
    """The account with its last twenty logins."""

    logins: list[LoginView]


class StaffLoginQuery(PageQuery):
    """Narrows the log of logins."""

    staff_id: UUID | None = None
    result: Result | None = None


class ReasonBody(Body):
    """Why; kept in the audit trail. Personal data does not belong here."""

    reason: Reason


class StaffInvitedView(StaffView):
    """The account and until when its new secret works (V12)."""

    expires_at: datetime


class TransferBody(Body):
    """Who is to be the owner, and what becomes of the caller."""

    name: NameText
    phone: PhoneText
    old_owner: OldOwner = "demoted"


class TransferAcceptanceBody(Body):
    """The responsibility must be accepted (B6)."""

    accept_responsibility: Literal[True]


class TransferQuery(PageQuery):
    """Narrows the list of transfers."""

    state: TransferState | None = None


class TransferView(View):
    """One transfer of ownership."""

    transfer_id: UUID
    institution_id: UUID
    institution_name: str
    from_staff_id: UUID
    to_staff_id: UUID
    old_owner: OldOwner
    state: TransferState
    version: int
    proposed_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, transfer: OwnershipTransfer) -> "TransferView":
        """As shown to its parties and to the exam body."""
        return cls(
            transfer_id=transfer.transfer_id,
            institution_id=transfer.scope_id,
            institution_name=transfer.scope_name,
            from_staff_id=transfer.from_staff_id,
            to_staff_id=transfer.to_staff_id,
            old_owner=transfer.old_owner,
            state=transfer.state,
            version=transfer.version,
            proposed_at=transfer.proposed_at,
            accepted_at=transfer.accepted_at,
            ended_at=transfer.ended_at,
        )
