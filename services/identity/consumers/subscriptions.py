"""What identity hears from others."""

from typing import Final

from services.identity.consumers.on_scope_changed import on_scope_changed
from services.identity.consumers.on_staff_requested import on_staff_requested
from services.identity.consumers.sets import SETS
from shared.contracts.identity import SessionEnded, SigningKeyPublished
from shared.contracts.institution import ExamBodyChanged, InstitutionChanged, StaffRequested
from shared.messaging.subscription import Subscription
from shared.security.ended_sessions import on_session_ended
from shared.security.known_keys import on_signing_key_published

_HEARD: Final = (
    Subscription(SigningKeyPublished, handle=on_signing_key_published),
    Subscription(SessionEnded, handle=on_session_ended),
    Subscription(ExamBodyChanged, handle=on_scope_changed),
    Subscription(InstitutionChanged, handle=on_scope_changed),
    Subscription(StaffRequested, handle=on_staff_requested),
)

SUBSCRIPTIONS: tuple[Subscription, ...] = SETS.subscriptions(_HEARD)
