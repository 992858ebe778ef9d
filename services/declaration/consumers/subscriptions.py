"""What declaration hears: the projections it answers from while its neighbours are down."""

from typing import Final

from services.declaration.consumers.on_binding_changed import on_binding_changed
from services.declaration.consumers.on_confirmation_code_guessed import on_confirmation_code_guessed
from services.declaration.consumers.on_device_used import on_device_used
from services.declaration.consumers.on_exam_body_changed import on_exam_body_changed
from services.declaration.consumers.on_exempt_channel_changed import on_exempt_channel_changed
from services.declaration.consumers.on_institution_changed import on_institution_changed
from services.declaration.consumers.on_packet_notices_told import on_packet_notices_told
from services.declaration.consumers.on_person_closed import on_person_closed
from services.declaration.consumers.on_person_revoked import on_person_revoked
from services.declaration.consumers.on_person_verified import on_person_verified
from services.declaration.consumers.on_phone_changed import on_phone_changed
from services.declaration.consumers.on_staff_changed import on_staff_changed
from services.declaration.consumers.on_supervisor_changed import on_supervisor_changed
from services.declaration.consumers.sets import SETS
from shared.audit.keeping import on_audit_anchored
from shared.contracts.identity import (
    DeviceUsed,
    ExemptChannelChanged,
    PersonClosed,
    PersonRevoked,
    PersonVerified,
    PhoneChanged,
    SessionEnded,
    SigningKeyPublished,
)
from shared.contracts.identity_staff import StaffChanged
from shared.contracts.institution import (
    BindingChanged,
    ConfirmationCodeGuessed,
    ExamBodyChanged,
    InstitutionChanged,
    SupervisorChanged,
)
from shared.contracts.notification import NotificationAuditAnchored, PacketNoticesTold
from shared.messaging.subscription import Subscription
from shared.security.ended_sessions import on_session_ended
from shared.security.known_keys import on_signing_key_published

_HEARD: Final = (
    Subscription(SigningKeyPublished, on_signing_key_published),
    Subscription(SessionEnded, on_session_ended),
    Subscription(NotificationAuditAnchored, on_audit_anchored),
    Subscription(PersonVerified, on_person_verified),
    Subscription(PersonRevoked, on_person_revoked),
    Subscription(ExemptChannelChanged, on_exempt_channel_changed),
    Subscription(PhoneChanged, on_phone_changed),
    Subscription(PersonClosed, on_person_closed),
    Subscription(DeviceUsed, on_device_used),
    Subscription(StaffChanged, on_staff_changed),
    Subscription(BindingChanged, on_binding_changed),
    Subscription(InstitutionChanged, on_institution_changed),
    Subscription(SupervisorChanged, on_supervisor_changed),
    Subscription(ExamBodyChanged, on_exam_body_changed),
    Subscription(ConfirmationCodeGuessed, on_confirmation_code_guessed),
    Subscription(PacketNoticesTold, on_packet_notices_told),
)

SUBSCRIPTIONS: tuple[Subscription, ...] = SETS.subscriptions(_HEARD)
