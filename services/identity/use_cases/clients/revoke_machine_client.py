"""Shut another system out: its keys are worth nothing at once, its last token ends within a minute (4.10, V17)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.machine_client import MachineClient
from services.identity.storage import machine_clients
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def revoke_machine_client(
    tx: Transaction, client_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> MachineClient:
    """The client; asked again it stays as it is. Raises NotFound."""
    if actor.scope_id is None:
        raise NotFound
    client = await machine_clients.lock(tx, actor.scope_id, client_id)
    if client.state == "revoked":
        return client
    revoked = replace(client, state="revoked", version=client.version + 1)
    await machine_clients.update(tx, revoked)
    await machine_clients.update_keys_ending(tx, client_id, now, now)
    audit.record(
        tx,
        "client.revoke",
        actor=actor,
        subject_kind="client",
        subject_id=client_id,
        at=now,
        before="active",
        after="revoked",
        reason=reason,
    )
    return revoked
