"""What declaration hears: the projections it answers from while its neighbours are down."""

from typing import Final

from services.declaration.consumers.on_binding_changed import on_binding_changed
from services.declaration.consumers.on_exam_body_changed import on_exam_body_changed
from services.declaration.consumers.on_institution_changed import on_institution_changed
from services.declaration.consumers.on_person_verified import on_person_verified
from services.declaration.consumers.on_supervisor_changed import on_supervisor_changed
from shared.contracts.identity import PersonVerified, SigningKeyPublished
from shared.contracts.institution import BindingChanged, ExamBodyChanged, InstitutionChanged, SupervisorChanged
from shared.messaging.subscription import Subscription
from shared.security.known_keys import on_signing_key_published

SUBSCRIPTIONS: Final = (
    Subscription(SigningKeyPublished, on_signing_key_published),
    Subscription(PersonVerified, on_person_verified),
    Subscription(BindingChanged, on_binding_changed),
    Subscription(InstitutionChanged, on_institution_changed),
    Subscription(SupervisorChanged, on_supervisor_changed),
    Subscription(ExamBodyChanged, on_exam_body_changed),
)
