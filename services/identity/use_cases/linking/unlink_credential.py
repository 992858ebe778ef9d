"""Take a way to log in away from oneself; never the last one (A5)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.credentials import require_removable
from services.identity.domain.limits import SessionLimits
from services.identity.storage import wechat_credentials
from services.identity.use_cases.linking.link_wechat import require_sensitive
from services.identity.use_cases.linking.list_credentials import list_credentials
from services.identity.use_cases.linking.tell_credential_change import tell_credential_change
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from services.identity.use_cases.signing_in.tell_contact import tell_contact
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def unlink_credential(
    tx: Transaction, credential_id: UUID, actor: Actor, keyring: Keyring, limits: SessionLimits, now: datetime
) -> None:
    """Other sessions end with it, since one of them may have been opened by it. Raises NotFound, ProofNeeded,
    HeldAfterPhoneChange, LastCredential, PhoneNotRemovable."""
    await require_sensitive(tx, actor, limits, now)
    try:
        chosen = require_removable(await list_credentials(tx, actor.id, keyring), credential_id)
    except KeyError:
        raise NotFound from None
    await wechat_credentials.delete(tx, credential_id, actor.id)
    await tell_credential_change(tx, actor.id, chosen.kind, "unlinked", actor, now)
    await tell_contact(tx, actor.id, keyring, now)
    await end_sessions(tx, actor.id, actor, now, "credential_unlinked", but=actor.session_id)
