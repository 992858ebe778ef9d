"""What handlers, consumers, jobs and the ocr role of this service are given."""

from dataclasses import dataclass

from services.identity.authority_check.check import AuthorityCheck
from services.identity.credentials.access_tokens import AccessTokens
from services.identity.credentials.breached_passwords import BreachedPasswords
from services.identity.credentials.passkeys import Passkeys
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.session_tokens import SessionTokens
from services.identity.credentials.wechat import Wechat
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.settings import Settings
from shared.clock import Clock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.privacy.registry import Register
from shared.security.keyring import Keyring
from shared.security.subject_keys import SubjectKeys
from shared.spreadsheets.reader import SheetReader
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
    sheets: SheetReader
    access: AccessTokens
    tokens: SessionTokens
    passwords: Passwords
    breached: BreachedPasswords
    passkeys: Passkeys
    catalogue: VerificationCatalogue
    authority: AuthorityCheck | None
    register: Register
    wechat: Wechat
    subject_keys: SubjectKeys

    async def close(self) -> None:
        """End child processes, threads and connections."""
        await self.wechat.close()
        await self.inspector.stop()
        await self.sheets.stop()
        self.passwords.close()
        if self.authority is not None:
            await self.authority.close()
