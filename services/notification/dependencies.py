"""What handlers, consumers and background work of this service need."""

from dataclasses import dataclass

from services.notification.channels.sms import SmsChannel
from services.notification.settings import Settings
from services.notification.storage.catalogue import Catalogue
from services.notification.use_cases.inbox.feed import InboxFeed
from shared.clock import Clock
from shared.postgres.database import Database
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Built once per process in app.py."""

    settings: Settings
    database: Database
    keyring: Keyring
    clock: Clock
    catalogue: Catalogue
    sms: SmsChannel
    inbox: InboxFeed

    async def close(self) -> None:
        """End the live feed, give up the provider's connections."""
        await self.inbox.stop()
        await self.sms.close()
