"""What notification hears."""

from typing import Final

from services.notification.consumers.on_events_to_tell import on_events_to_tell
from services.notification.consumers.on_packet_notices_asked import on_packet_notices_asked
from services.notification.consumers.on_person_closed import on_person_closed
from services.notification.consumers.on_person_contact_changed import on_person_contact_changed
from services.notification.consumers.on_phone_changed import on_phone_changed
from services.notification.consumers.on_secret_issued import on_secret_issued
from services.notification.consumers.on_staff_changed import on_staff_changed
from services.notification.consumers.sets import SETS
from shared.audit.keeping import on_audit_anchored
from shared.contracts.declaration import (
    BanChanged,
    CycleDatesAnnounced,
    DeclarationApproved,
    DeclarationAuditAnchored,
    DeclarationEntered,
    DeclarationFiled,
    DeclarationLapsed,
    DeclarationRejected,
    DeclarationReturned,
    DeclarationRevoked,
    DeclarationSubmitted,
    DeclarationWithdrawn,
    DraftReminded,
    EntryDeclined,
    FirstApprovalOpposed,
    ModificationAllowed,
    PacketNoticesAsked,
    PriorEvidenceRequired,
    PriorRowAnswered,
    PriorRowRequested,
    PriorRowRequestExpired,
    PriorRowUnanswered,
    ReviewAssigned,
    ReviewEscalated,
    ReviewsWaiting,
)
from shared.contracts.declaration_evaluation import (
    EvaluationRecorded,
    EvaluationsWaiting,
    EvaluationVoided,
    FullYearLapsed,
    FullYearReminded,
    ProbationRegistered,
)
from shared.contracts.declaration_filing import (
    LateFilingPermitted,
    QualifiedListAccepted,
    QualifiedListReturned,
    QualifiedListSubmitted,
)
from shared.contracts.identity import (
    CredentialChanged,
    EmailCodeIssued,
    IdentityAuditAnchored,
    LoginCodeIssued,
    MergeDecided,
    NewDeviceSeen,
    PersonClosed,
    PersonContactChanged,
    PersonRevoked,
    PersonVerified,
    PhoneChanged,
    SessionEnded,
    SigningKeyPublished,
    VerificationFailed,
)
from shared.contracts.identity_staff import (
    OwnershipTransferChanged,
    StaffChanged,
    StaffFactorChanged,
    StaffInvitationEnding,
    StaffInvited,
)
from shared.contracts.institution import (
    BindingChanged,
    ConfirmationCodeGuessed,
    InstitutionAuditAnchored,
    InstitutionMoved,
    LicenceEnding,
)
from shared.messaging.subscription import Subscription
from shared.security.ended_sessions import on_session_ended
from shared.security.known_keys import on_signing_key_published

_HEARD: Final = (
    Subscription(SigningKeyPublished, on_signing_key_published),
    Subscription(SessionEnded, on_session_ended),
    Subscription(IdentityAuditAnchored, on_audit_anchored),
    Subscription(InstitutionAuditAnchored, on_audit_anchored),
    Subscription(DeclarationAuditAnchored, on_audit_anchored),
    Subscription(PersonContactChanged, on_person_contact_changed),
    Subscription(PersonClosed, on_person_closed),
    Subscription(StaffChanged, on_staff_changed),
    Subscription(LoginCodeIssued, on_secret_issued),
    Subscription(StaffInvited, on_secret_issued),
    Subscription(EmailCodeIssued, on_secret_issued),
    Subscription(PhoneChanged, on_phone_changed),
    Subscription(PacketNoticesAsked, on_packet_notices_asked),
    *(
        Subscription(event, handle_many=on_events_to_tell)
        for event in (
            PersonVerified,
            VerificationFailed,
            PersonRevoked,
            NewDeviceSeen,
            StaffFactorChanged,
            StaffInvitationEnding,
            CredentialChanged,
            MergeDecided,
            OwnershipTransferChanged,
            BindingChanged,
            InstitutionMoved,
            LicenceEnding,
            ConfirmationCodeGuessed,
            DeclarationEntered,
            DraftReminded,
            EntryDeclined,
            DeclarationSubmitted,
            DeclarationWithdrawn,
            DeclarationApproved,
            DeclarationReturned,
            DeclarationRejected,
            ModificationAllowed,
            DeclarationFiled,
            DeclarationLapsed,
            DeclarationRevoked,
            ReviewAssigned,
            FirstApprovalOpposed,
            PriorRowRequested,
            PriorRowAnswered,
            PriorRowUnanswered,
            PriorRowRequestExpired,
            PriorEvidenceRequired,
            ReviewEscalated,
            ReviewsWaiting,
            BanChanged,
            ProbationRegistered,
            EvaluationRecorded,
            EvaluationsWaiting,
            FullYearReminded,
            FullYearLapsed,
            EvaluationVoided,
            QualifiedListSubmitted,
            QualifiedListAccepted,
            QualifiedListReturned,
            LateFilingPermitted,
            CycleDatesAnnounced,
        )
    ),
)

SUBSCRIPTIONS: tuple[Subscription, ...] = SETS.subscriptions(_HEARD)
