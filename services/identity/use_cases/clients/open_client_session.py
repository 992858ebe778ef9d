"""Exchange a machine client's key for a short access token."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from services.identity.credentials.access_tokens import AccessTokens
from services.identity.credentials.session_tokens import token_hash
from services.identity.domain.caller import Caller
from services.identity.domain.refusals import ClientRefused, Refused
from services.identity.storage import machine_clients
from shared import audit
from shared.actor import Actor, Role
from shared.ids import new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

_TRIES = Rate("client.address", 600, timedelta(hours=1))


async def open_client_session(
    tx: Transaction, client_id: UUID, secret: str, caller: Caller, access: AccessTokens, keyring: Keyring, now: datetime
) -> tuple[str, int] | Refused:
    """(token, seconds), or a refusal to be committed with its count. Raises LimitReached."""
    await take(tx, _TRIES, blind_index(keyring, "index_contact", "client_address", caller.address), now)
    role = await machine_clients.update_used(tx, client_id, token_hash(secret), now)
    if role is None:
        return Refused(ClientRefused())
    actor = Actor("client", client_id, cast(Role, role), session_id=new_id())
    audit.record(
        tx, "session.open", actor=actor, subject_kind="client", subject_id=client_id, at=now, after="open", method="key"
    )
    return await access.issue(tx, actor, now)
