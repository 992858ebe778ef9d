"""What handlers, consumers and background work of this service need."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.notification.channels.letter import LetterChannel
from services.notification.channels.sms import SmsChannel
from services.notification.channels.wechat_notice import WechatChannel
from services.notification.settings import Settings
from services.notification.storage.catalogue import Catalogue
from services.notification.use_cases.inbox.feed import InboxFeed
from shared.clock import Clock
from shared.postgres.database import Database
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Built once per process in app.py. `sms`: the providers by name, in the order in which they are preferred."""

    settings: Settings
    database: Database
    keyring: Keyring
    clock: Clock
    catalogue: Catalogue
    sms: Mapping[str, SmsChannel]
    inbox: InboxFeed
    wechat: WechatChannel | None = None
    letters: LetterChannel | None = None

    async def close(self) -> None:
        """End the live feed, give up the providers' connections."""
        await self.inbox.stop()
        for channel in (*self.sms.values(), self.wechat, self.letters):
            if channel is not None:
                await channel.close()
