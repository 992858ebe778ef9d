"""Exchange the key of a machine client: the old one works on for the overlap, so that nobody is cut off (4.10)."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.limits import ClientLimits
from services.identity.domain.machine_client import ClientRevoked
from services.identity.storage import machine_clients
from services.identity.use_cases.clients.register_machine_client import RegisteredClient, add_key
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def rotate_client_key(
    tx: Transaction, client_id: UUID, *, actor: Actor, limits: ClientLimits, now: datetime
) -> RegisteredClient:
    """The new key, shown once. Raises NotFound, ClientRevoked."""
    if actor.scope_id is None:
        raise NotFound
    client = await machine_clients.lock(tx, actor.scope_id, client_id)
    if client.state == "revoked":
        raise ClientRevoked
    await machine_clients.update_keys_ending(tx, client_id, now, now + timedelta(days=limits.overlap_days))
    secret = await add_key(tx, client_id, limits, now)
    await machine_clients.update(tx, replace(client, version=client.version + 1))
    audit.record(tx, "client.rotate", actor=actor, subject_kind="client", subject_id=client_id, at=now, after="active")
    return RegisteredClient(client_id, secret)
