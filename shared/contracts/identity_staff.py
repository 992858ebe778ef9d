"""What identity tells of staff accounts: invitations, changes, second factors, transfers of ownership (4.8)."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.event import Event, Sealed
from shared.contracts.identity import Language
from shared.ids import ExamBodyId, InstitutionId, StaffId


class StaffInvited(Event):
    """A staff account waits to be accepted; the secret goes to the person by SMS (V12)."""

    TYPE: ClassVar[str] = "identity.staff_invited.v1"
    AGGREGATE: ClassVar[str] = "invitation_id"
    invitation_id: UUID
    staff_id: StaffId
    role: str
    scope_id: UUID
    scope_name: str
    phone: Sealed  # contact
    secret: Sealed  # login_code
    expires_at: AwareDatetime


class StaffInvitationEnding(Event):
    """A staff account still waits for its holder, and its invitation can soon be neither accepted nor renewed; once per
    end and step (4.8). Told to who invited; where that account is gone, or the platform invited, to the exam body
    above; and to the person by SMS."""

    TYPE: ClassVar[str] = "identity.staff_invitation_ending.v1"
    AGGREGATE: ClassVar[str] = "staff_id"
    staff_id: StaffId
    scope_id: UUID
    institution_name: str
    """The institution or exam body of the account."""
    from_staff_id: StaffId | None
    """Who invited, while that account works."""
    filing_body_id: ExamBodyId | None
    """Where nobody who invited is left: the exam body above; None at the top."""
    ends_at: AwareDatetime
    step: int
    days: int


class StaffChanged(Event):
    """A staff account as it is now; a snapshot (4.8)."""

    TYPE: ClassVar[str] = "identity.staff_changed.v1"
    AGGREGATE: ClassVar[str] = "staff_id"
    staff_id: StaffId
    role: str
    scope_kind: Literal["exam_body", "institution"]
    scope_id: UUID
    state: Literal["invited", "active", "locked", "disabled", "archived"]
    name: Sealed  # contact
    phone: Sealed  # contact
    responsibility_accepted_at: AwareDatetime | None = None
    language: Language = "zh"
    move: Literal["activate", "lock", "unlock", "reset", "disable", "archive"] | None = None
    """What led to this snapshot, where it was a step of the account's life that its holder is to be told of."""
    invited_until: AwareDatetime | None = None
    """Until when the invitation can be accepted or renewed; its secret may end sooner."""


class StaffFactorChanged(Event):
    """A second factor of a staff account was added, was removed by its holder, or is suspected to have been copied and
    not accepted any more (V11)."""

    TYPE: ClassVar[str] = "identity.staff_factor_changed.v1"
    AGGREGATE: ClassVar[str] = "staff_id"
    staff_id: StaffId
    factor: Literal["passkey", "totp"]
    change: Literal["added", "removed", "suspected"]


class OwnershipTransferChanged(Event):
    """A transfer of the ownership of an institution as it is now; a snapshot (4.8, P15)."""

    TYPE: ClassVar[str] = "identity.ownership_transfer_changed.v1"
    AGGREGATE: ClassVar[str] = "transfer_id"
    transfer_id: UUID
    institution_id: InstitutionId
    institution_name: str
    from_staff_id: StaffId
    to_staff_id: StaffId
    state: Literal["proposed", "accepted", "confirmed", "cancelled", "declined", "rejected"]
    filing_body_id: ExamBodyId | None = None
    """The exam body that confirms; None while the institution is not known where the transfer is made."""
