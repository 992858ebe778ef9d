"""Bodies and answers of staff accounts and machine clients."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from services.identity.api.login_schemas import Code, PhoneText, Token, TokensView
from services.identity.api.verification_schemas import NameText
from services.identity.domain.machine_client import ClientKey, MachineClient
from shared.actor import Role
from shared.web.schemas import Body, View

Password = Annotated[str, StringConstraints(min_length=1, max_length=256, strip_whitespace=False)]


class InvitationBody(Body):
    """Whom to invite, to which role, for which institution or exam body."""

    role: Literal[
        "site_admin", "point_admin", "institution_owner", "institution_business_admin", "identity_reviewer", "auditor"
    ]
    scope_id: UUID
    name: NameText
    phone: PhoneText


class InvitationView(View):
    """The secret goes to the person's phone only (V12)."""

    invitation_id: UUID
    staff_id: UUID
    expires_at: datetime


class AcceptanceBody(Body):
    """The secret from the message; the responsibility must be accepted (B6)."""

    secret: Annotated[str, StringConstraints(min_length=8, max_length=40)]
    phone: PhoneText
    password: Password
    accept_responsibility: Literal[True]


class AcceptanceView(View):
    """Shown once: the second factor to put into an authenticator app."""

    staff_id: UUID
    totp_secret: str
    totp_uri: str
    state: str


class ActivationBody(Body):
    """The first code of the second factor activates the account."""

    staff_id: UUID
    phone: PhoneText
    password: Password
    totp: Code


class StaffSessionView(TokensView):
    """Tokens of a staff account."""

    staff_id: UUID
    role: Role
    scope_id: UUID


class StaffMeView(View):
    """The caller's own account."""

    staff_id: UUID
    role: Role
    scope_kind: Literal["exam_body", "institution"]
    scope_id: UUID
    scope_name: str
    name_masked: str
    phone_masked: str
    state: str
    version: int
    last_login_at: datetime | None
    responsibility_accepted_at: datetime | None


class ClientBody(Body):
    """A machine client to be."""

    name: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    role: Literal["national_network_client"]
    scope_id: UUID | None = None
    expires_at: AwareDatetime | None = None


class ClientKeyView(View):
    """One living key, without the key."""

    secret_id: UUID
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class MachineClientView(View):
    """One client of another system with its living keys, two at most."""

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
    keys: list[ClientKeyView]

    @classmethod
    def of(cls, client: MachineClient, keys: list[ClientKey]) -> "MachineClientView":
        """As the zone sees it."""
        return cls(**asdict(client), keys=[ClientKeyView(**asdict(key)) for key in keys])


class ClientView(View):
    """The secret is shown this once."""

    client_id: UUID
    client_secret: str


class ClientSessionBody(Body):
    """The client's key."""

    client_id: UUID
    client_secret: Token


class ClientSessionView(View):
    """`expires_in` in seconds; there is no refresh token, the key is the long-lived part."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
