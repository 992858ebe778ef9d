"""What identity tells the others. Sealed fields open with the class in their comment, at the place
"<TYPE>.<field>:<aggregate id>"; where the comment says so, only as long as the key of the person or of the day exists
(V58)."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.audit import AuditAnchored
from shared.contracts.event import Event, Sealed
from shared.contracts.reconciling import SetDiffers, SetsListed
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
    phone: Sealed  # contact, and of the day
    code: Sealed  # login_code, and of the day
    expires_at: AwareDatetime
    language: Language = "zh"


class EmailCodeIssued(Event):
    """A code to be sent by e-mail at most once (M10), to an address that a person wants notices at; worthless after
    `expires_at`."""

    TYPE: ClassVar[str] = "identity.email_code_issued.v1"
    AGGREGATE: ClassVar[str] = "challenge_id"
    challenge_id: UUID
    person_id: PersonId
    email: Sealed  # contact, and of the person
    code: Sealed  # login_code, and of the person
    expires_at: AwareDatetime


class PersonContactChanged(Event):
    """How a person can be reached; a snapshot."""

    TYPE: ClassVar[str] = "identity.person_contact_changed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    phone: Sealed  # contact, and of the person; empty: none
    language: Language = "zh"
    wechat_openid: Sealed | None = None  # contact, and of the person
    email: Sealed | None = None  # contact, and of the person


class PersonClosed(Event):
    """A person without a statutory record closed the account: what others know of this person is to be forgotten
    (V58)."""

    TYPE: ClassVar[str] = "identity.person_closed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId


class SessionEnded(Event):
    """A session ended before its time: its access tokens are to be refused at once, everywhere (V17)."""

    TYPE: ClassVar[str] = "identity.session_ended.v1"
    AGGREGATE: ClassVar[str] = "session_id"
    session_id: UUID
    subject_kind: Literal["candidate", "staff"]
    subject_id: UUID
    reason: str


class NewDeviceSeen(Event):
    """Somebody logged in on a device not seen before (V20). Exactly one of `person_id` and `staff_id` is set."""

    TYPE: ClassVar[str] = "identity.new_device_seen.v1"
    AGGREGATE: ClassVar[str] = "session_id"
    session_id: UUID
    person_id: PersonId | None = None
    staff_id: StaffId | None = None
    client: str
    address_masked: str


class DeviceUsed(Event):
    """A person or staff account logged in on a device for the first time, or 90 days after it was told last. Device and
    address are keyed hashes that equal each other where the device or address is the same, and tell nothing else (F7).
    `device` is left out where the client keeps no id of its own; `holder_id` is the person behind a staff account,
    where known."""

    TYPE: ClassVar[str] = "identity.device_used.v1"
    AGGREGATE: ClassVar[str] = "subject_id"
    subject_id: UUID
    subject_kind: Literal["candidate", "staff"]
    holder_id: PersonId | None = None
    device: str | None = None
    address: str


class PhoneChanged(Event):
    """The phone of a person was replaced; the old number is told (V9)."""

    TYPE: ClassVar[str] = "identity.phone_changed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    old_phone: Sealed  # contact, and of the person
    held_until: AwareDatetime


class CredentialChanged(Event):
    """A way to log in was added to a person or taken away (A5)."""

    TYPE: ClassVar[str] = "identity.credential_changed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    kind: Literal["phone", "wechat"]
    change: Literal["linked", "unlinked"]


class MergeDecided(Event):
    """A reviewer decided whether two persons are one (A5). The closed one never had business with other services."""

    TYPE: ClassVar[str] = "identity.merge_decided.v1"
    AGGREGATE: ClassVar[str] = "request_id"
    request_id: UUID
    decision: Literal["approved", "rejected"]
    person_id: PersonId
    closed_person_id: PersonId | None = None


class PersonIdentity(BaseModel):
    """The clear content of PersonVerified.identity, as JSON."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)
    name: str
    document_type: str
    document_no: str
    sex: Literal["0", "1", "2", "9"]
    birth_date: str
    ethnicity_code: str | None = None
    country: str | None = None
    """Who issued a passport, ISO 3166-1 alpha-3."""


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
    """An automatic check did not succeed, or a reviewer refused what was handed in (A10, A13)."""

    TYPE: ClassVar[str] = "identity.verification_failed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    reason_code: str
    attempts_left: int
    by: Literal["machine", "reviewer"] = "machine"


class PersonRevoked(Event):
    """The zone took a verification away, for good (4.1): what rests on it falls."""

    TYPE: ClassVar[str] = "identity.person_revoked.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    reason_code: str
    revoked_at: AwareDatetime


class ExemptPerson(BaseModel):
    """The clear content of ExemptChannelChanged.person, as JSON. It is what the person says, proved by nothing."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)
    name: str
    document_type: str
    document_no: str


class ExemptChannelChanged(Event):
    """A person declares elsewhere in an exam year, or no longer does (A17); a snapshot."""

    TYPE: ClassVar[str] = "identity.exempt_channel_changed.v1"
    AGGREGATE: ClassVar[str] = "person_id"
    person_id: PersonId
    state: Literal["chosen", "withdrawn"]
    kind: Literal["military", "document_not_enterable"]
    exam_year: int
    person: Sealed | None = None  # person, and of the person; an ExemptPerson as JSON, while chosen
    changed_at: AwareDatetime


class IdentityAuditAnchored(AuditAnchored):
    """The heads of identity's audit chain, kept by notification (V63)."""

    TYPE: ClassVar[str] = "identity.audit_anchored.v1"


class IdentitySetsListed(SetsListed):
    """What identity has told, as digests of ids, every minute (M11)."""

    TYPE: ClassVar[str] = "identity.sets_listed.v1"


class IdentitySetDiffers(SetDiffers):
    """Identity missed events of another service; that one sends them again, to it alone (M11)."""

    TYPE: ClassVar[str] = "identity.set_differs.v1"
