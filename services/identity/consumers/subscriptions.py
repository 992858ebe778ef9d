"""What identity hears from others."""

from services.identity.consumers.on_staff_requested import on_staff_requested
from shared.contracts.identity import SigningKeyPublished
from shared.contracts.institution import StaffRequested
from shared.messaging.subscription import Subscription
from shared.security.known_keys import on_signing_key_published

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(SigningKeyPublished, handle=on_signing_key_published),
    Subscription(StaffRequested, handle=on_staff_requested),
)
