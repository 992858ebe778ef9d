"""Tell the old number that the phone of its account was changed: the one place where a thief is noticed (V9)."""

from services.notification.domain.audience import rule_key
from services.notification.storage import new_deliveries
from services.notification.storage.catalogue import Catalogue
from shared.contracts.identity import PhoneChanged
from shared.postgres.transaction import Transaction


async def tell_old_phone(tx: Transaction, catalogue: Catalogue, event: PhoneChanged) -> None:
    """Write the delivery; like every notice it is looked up when its fate is unknown."""
    (rule,) = await catalogue.rules(rule_key(event))
    await new_deliveries.insert_to_address(
        tx,
        new_deliveries.AddressedDelivery(
            event_id=event.event_id,
            event_type=event.TYPE,
            recipient_id=event.person_id,
            channel="sms",
            phone_place=f"{event.TYPE}.old_phone:{event.person_id}",
            phone_event=event.old_phone,
            secret_place=None,
            secret_event=None,
            expires_at=None,
            created_at=event.occurred_at,
            next_at=event.occurred_at,
        ),
        rule,
    )
