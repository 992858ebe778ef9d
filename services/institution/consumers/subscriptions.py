"""What this service hears, and who handles it."""

from typing import Final

from services.institution.consumers.on_declaration_moved import STATE_AFTER, on_declaration_moved
from services.institution.consumers.on_evaluation_recorded import on_evaluation_recorded
from services.institution.consumers.on_full_year_lapsed import on_full_year_lapsed
from services.institution.consumers.on_list_accepted import on_list_accepted
from services.institution.consumers.on_person_revoked import on_person_revoked
from services.institution.consumers.on_person_verified import on_person_verified
from services.institution.consumers.on_phone_changed import on_phone_changed
from services.institution.consumers.on_staff_changed import on_staff_changed
from services.institution.consumers.sets import SETS
from shared.contracts.declaration_evaluation import EvaluationRecorded, FullYearLapsed
from shared.contracts.declaration_filing import QualifiedListAccepted
from shared.contracts.identity import PersonRevoked, PersonVerified, PhoneChanged, SessionEnded, SigningKeyPublished
from shared.contracts.identity_staff import StaffChanged
from shared.messaging.subscription import Subscription
from shared.security.ended_sessions import on_session_ended
from shared.security.known_keys import on_signing_key_published

_HEARD: Final = (
    Subscription(SigningKeyPublished, on_signing_key_published),
    Subscription(SessionEnded, on_session_ended),
    Subscription(PersonVerified, on_person_verified),
    Subscription(PersonRevoked, on_person_revoked),
    Subscription(PhoneChanged, on_phone_changed),
    Subscription(StaffChanged, on_staff_changed),
    *(Subscription(event, on_declaration_moved) for event in STATE_AFTER),
    Subscription(EvaluationRecorded, on_evaluation_recorded),
    Subscription(FullYearLapsed, on_full_year_lapsed),
    Subscription(QualifiedListAccepted, on_list_accepted),
)

SUBSCRIPTIONS: tuple[Subscription, ...] = SETS.subscriptions(_HEARD)
