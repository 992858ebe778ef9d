"""Who is acting: a person, a staff account, a machine client, or the system itself."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["candidate", "staff", "client", "system", "anonymous"]
Role = Literal[
    "candidate",
    "zone_admin",
    "site_admin",
    "point_admin",
    "institution_owner",
    "institution_business_admin",
    "identity_reviewer",
    "auditor",
    "national_network_client",
    "system",
    "anonymous",
]


@dataclass(frozen=True, slots=True)
class Actor:
    """The verified caller. `scope_id` is the node of a staff account: an exam body or an institution."""

    kind: ActorKind
    id: UUID
    role: Role
    scope_id: UUID | None = None
    session_id: UUID | None = None
    person_id: UUID | None = None
    """The natural person behind a staff account, when it is known to be a candidate too (four eyes)."""


SYSTEM = Actor("system", UUID(int=0), "system")
ANONYMOUS = Actor("anonymous", UUID(int=0), "anonymous")
