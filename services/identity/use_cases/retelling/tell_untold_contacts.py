"""Tell how people can be reached who were not told of: linked by a release that told no openids, or met when a key was
missing. Neighbours compare ids only, so that nobody asks for them (M11)."""

from datetime import datetime, timedelta
from typing import Final

from services.identity.storage import contact_marks
from services.identity.use_cases.signing_in.tell_contact import tell_contact
from shared.postgres.database import Database
from shared.security.keyring import Keyring

_AT_ONCE: Final = 500
_PAUSE: Final = timedelta(minutes=10)


async def tell_untold_contacts(database: Database, keyring: Keyring, now: datetime) -> None:
    """Each in a transaction of its own, with a new version; who does not open still waits for another ten minutes."""
    async with database.read() as reader:
        untold = await contact_marks.select_untold(reader, now - _PAUSE, _AT_ONCE)
    for person_id in untold:
        async with database.transaction() as tx:
            await tell_contact(tx, person_id, keyring, now)
