"""What identity tells the others. Sealed fields open with the class in their comment, at the place
"<TYPE>.<field>:<aggregate id>"."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.event import Event, Sealed
from shared.ids import PersonId, StaffId

Language = Literal["zh", "en"]


class SigningKeyPublished(Event):
    """A public key that access tokens may be signed with from `not_before` on."""

    TYPE: ClassVar[str] = "identity.signing_key_published.v1"
    AGGREGATE: ClassVar[str] = "key_id"
    key_id: UUID
    kid: str
    jwk: str
    not_before: AwareDatetime
    retire_at: AwareDatetime


class LoginCodeIssued(Event):
    """A login code to be handed to the SMS provider at most once (M10); worthless after `expires_at`."""

    TYPE: ClassVar[str] = "identity.login_code_issued.v1"
    AGGREGATE: ClassVar[str] = "challenge_id"
    challenge_id: UUID
    purpose: str
    phone: Sealed  # contact
    code: Sealed  # login_code
    expires_at: AwareDatetime
    language: Language = "zh"


class PersonContactChanged(Event):
    """How a person can be reached; a snapshot."""

    TYPE: ClassVar[str] = "identity.person_contact_changed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    phone: Sealed  # contact
    language: Language = "zh"


class PersonIdentity(BaseModel):
    """The clear content of PersonVerified.identity, as JSON."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    name: str
    document_type: str
    document_no: str
    sex: Literal["0", "1", "2", "9"]
    birth_date: str
    ethnicity_code: str | None = None


class PersonVerified(Event):
    """A person proved who they are; a snapshot of the verified identity (A8, A12)."""

    TYPE: ClassVar[str] = "identity.person_verified.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    method: Literal["auto", "manual"]
    identity: Sealed  # person; a PersonIdentity as JSON
    name_masked: str
    document_type: str
    document_no_masked: str
    verified_at: AwareDatetime


class VerificationFailed(Event):
    """An automatic check did not succeed (A10, A13)."""

    TYPE: ClassVar[str] = "identity.verification_failed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    reason_code: str
    attempts_left: int


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
