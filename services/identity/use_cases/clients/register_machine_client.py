"""Give another system a key of its own (national network, 4.10); the secret is shown once and kept as a hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.identity.credentials.session_tokens import token_hash
from services.identity.storage import machine_clients
from services.identity.storage.machine_clients import MachineClient
from shared import audit
from shared.actor import Actor
from shared.errors import Conflict
from shared.ids import new_id
from shared.postgres.transaction import Transaction

SCOPES = {"national_network_client": ["registration_status:read"]}


class ClientNameTaken(Conflict):
    """A client of this name exists."""

    code = "client_name_taken"
    message_zh = "该客户端名称已被使用，请换一个名称。"
    message_en = "This client name is in use; choose another."


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """Shown once."""

    client_id: UUID
    client_secret: str


async def register_machine_client(
    tx: Transaction, name: str, role: str, actor: Actor, now: datetime
) -> RegisteredClient:
    """A client with a fresh secret of 256 random bits. Raises ClientNameTaken."""
    registered = RegisteredClient(new_id(), secrets.token_urlsafe(32))
    client = MachineClient(registered.client_id, name, role, SCOPES[role], token_hash(registered.client_secret))
    if not await machine_clients.insert(tx, client, actor.id, now):
        raise ClientNameTaken
    audit.record(
        tx,
        "client.register",
        actor=actor,
        subject_kind="client",
        subject_id=client.client_id,
        at=now,
        after="active",
        role=role,
        scopes=SCOPES[role],
    )
    return registered
