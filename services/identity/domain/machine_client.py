"""Programs of other systems with keys of their own (4.10): two keys at most, one being exchanged for the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.actor import Role
from shared.errors import Conflict

SCOPES: Mapping[str, list[str]] = {"national_network_client": ["registration_status:read"]}
"""Role -> what tokens of such a client are for."""


class ClientNameTaken(Conflict):
    """A client of this name exists."""

    code = "client_name_taken"
    message_zh = "该客户端名称已被使用，请换一个名称。"
    message_en = "This client name is in use; choose another."


class ClientRevoked(Conflict):
    """A revoked client stays revoked."""

    code = "client_revoked"
    message_zh = "该客户端已被吊销，不能再更换密钥；如需接入请重新登记。"
    message_en = "The client was revoked and gets no more keys; register a new one if it is needed."


@dataclass(frozen=True, slots=True)
class MachineClient:
    """One client. `scope_id` is the exam body whose records it may ask about; `expires_at` ends it by itself."""

    client_id: UUID
    name: str
    role: Role
    scopes: list[str]
    scope_id: UUID | None
    state: Literal["active", "revoked"]
    version: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One key of a client, without the key."""

    secret_id: UUID
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
