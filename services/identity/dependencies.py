"""What handlers, consumers, jobs and the ocr role of this service are given."""

from dataclasses import dataclass

from services.identity.credentials.access_tokens import AccessTokens
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.session_tokens import SessionTokens
from services.identity.settings import Settings
from shared.clock import Clock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.security.keyring import Keyring
from shared.uploads.inspect import Inspector


@dataclass(frozen=True, slots=True)
class Dependencies:
    """One per process."""

    settings: Settings
    database: Database
    keyring: Keyring
    bucket: Bucket
    clock: Clock
    inspector: Inspector
    access: AccessTokens
    tokens: SessionTokens
    passwords: Passwords

    async def close(self) -> None:
        """End child processes and threads."""
        await self.inspector.stop()
        self.passwords.close()
