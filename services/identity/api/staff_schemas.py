"""Bodies and answers of staff accounts and machine clients."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.identity.api.login_schemas import Code, PhoneText, Token, TokensView
from services.identity.api.verification_schemas import NameText
from shared.actor import Role
from shared.web.schemas import Body, View

Password = Annotated[str, StringConstraints(min_length=1, max_length=256, strip_whitespace=False)]


class InvitationBody(Body):
    """Whom to invite, to which role, for which institution or exam body."""

    role: Literal["institution_business_admin", "identity_reviewer", "auditor"]
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


class StaffSessionBody(Body):
    """Both factors; `scope_id` narrows to one account of a phone with several."""

    phone: PhoneText
    password: Password
    totp: Code
    scope_id: UUID | None = None


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
