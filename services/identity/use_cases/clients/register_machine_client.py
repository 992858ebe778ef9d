"""Give another system a key of its own (national network, 4.10); the secret is shown once and kept as a hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.credentials.session_tokens import token_hash
from services.identity.domain.limits import ClientLimits
from services.identity.domain.machine_client import SCOPES, ClientNameTaken, MachineClient
from services.identity.storage import known_scopes, machine_clients
from shared import audit
from shared.actor import Actor, Role
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """Shown once."""

    client_id: UUID
    client_secret: str


async def register_machine_client(
    tx: Transaction,
    name: str,
    role: Role,
    scope_id: UUID | None,
    expires_at: datetime | None,
    *,
    actor: Actor,
    limits: ClientLimits,
    now: datetime,
) -> RegisteredClient:
    """A client for an exam body (the actor's own unless another below it is named) with a fresh key of 256 random
    bits. Raises NotFound, ClientNameTaken."""
    scope = await _scope(tx, scope_id, actor)
    client = MachineClient(new_id(), name, role, SCOPES[role], scope, "active", 1, now, expires_at, None)
    if not await machine_clients.insert(tx, client, actor.id):
        raise ClientNameTaken
    secret = await add_key(tx, client.client_id, limits, now)
    audit.record(
        tx,
        "client.register",
        actor=actor,
        subject_kind="client",
        subject_id=client.client_id,
        at=now,
        after="active",
        role=role,
        scopes=client.scopes,
        scope_id=str(scope),
    )
    return RegisteredClient(client.client_id, secret)


async def add_key(tx: Transaction, client_id: UUID, limits: ClientLimits, now: datetime) -> str:
    """A new key; the clear secret, to be shown once."""
    secret = secrets.token_urlsafe(32)
    until = now + timedelta(days=limits.key_days)
    await machine_clients.insert_key(tx, new_id(), client_id, token_hash(secret), now, until)
    return secret


async def _scope(tx: Transaction, wanted: UUID | None, actor: Actor) -> UUID:
    if actor.scope_id is None:
        raise NotFound
    if wanted is None or wanted == actor.scope_id:
        return actor.scope_id
    node = await known_scopes.select(tx, wanted)
    if node is None or actor.scope_id not in node.path or node.kind != "exam_body":
        raise NotFound
    return wanted
