"""Hand a code or an invitation to its channel: to the phone or mailbox named in the event, at most once (M10)."""

from datetime import datetime

from services.notification.domain.audience import rule_key
from services.notification.storage import new_deliveries
from services.notification.storage.catalogue import Catalogue
from services.notification.storage.new_deliveries import AddressedDelivery
from shared.contracts.identity import EmailCodeIssued, LoginCodeIssued
from shared.contracts.identity_staff import StaffInvited
from shared.postgres.transaction import Transaction


async def send_secret(
    tx: Transaction, catalogue: Catalogue, event: LoginCodeIssued | StaffInvited | EmailCodeIssued, now: datetime
) -> None:
    """Write the delivery, due at once whatever the clock of who issued it says; the code stays sealed until the moment
    it is sent."""
    (rule,) = await catalogue.rules(rule_key(event))
    match event:
        case LoginCodeIssued():
            recipient, address, secret = event.challenge_id, ("phone", event.phone), ("code", event.code)
        case StaffInvited():
            recipient, address, secret = event.staff_id, ("phone", event.phone), ("secret", event.secret)
        case EmailCodeIssued():
            recipient, address, secret = event.person_id, ("email", event.email), ("code", event.code)
    place = f"{event.TYPE}.{{}}:{event.aggregate_id}"
    await new_deliveries.insert_to_address(
        tx,
        AddressedDelivery(
            event_id=event.event_id,
            event_type=event.TYPE,
            recipient_id=recipient,
            channel="email" if isinstance(event, EmailCodeIssued) else "sms",
            phone_place=place.format(address[0]),
            phone_event=address[1],
            secret_place=place.format(secret[0]),
            secret_event=secret[1],
            expires_at=event.expires_at,
            created_at=event.occurred_at,
            next_at=now,
        ),
        rule,
    )
