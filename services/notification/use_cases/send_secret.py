"""Hand a login code or an invitation to the SMS channel: to the phone named in the event, at most once (M10)."""

from datetime import datetime
from uuid import UUID

from services.notification.domain.audience import rule_key
from services.notification.storage import new_deliveries
from services.notification.storage.catalogue import Catalogue
from shared.contracts.identity import LoginCodeIssued, StaffInvited
from shared.postgres.transaction import Transaction


async def send_secret(
    tx: Transaction, catalogue: Catalogue, event: LoginCodeIssued | StaffInvited, now: datetime
) -> None:
    """Write the delivery; the code stays sealed until the moment it is sent."""
    (rule,) = await catalogue.rules(rule_key(event))
    secret_field = "code" if isinstance(event, LoginCodeIssued) else "secret"
    recipient: UUID = event.challenge_id if isinstance(event, LoginCodeIssued) else event.staff_id
    place = f"{event.TYPE}.{{}}:{event.aggregate_id}"
    await new_deliveries.insert_to_phone(
        tx,
        new_deliveries.PhoneDelivery(
            event_id=event.event_id,
            event_type=event.TYPE,
            recipient_id=recipient,
            phone_place=place.format("phone"),
            phone_event=event.phone,
            secret_place=place.format(secret_field),
            secret_event=getattr(event, secret_field),
            expires_at=event.expires_at,
            created_at=now,
        ),
        rule,
    )
