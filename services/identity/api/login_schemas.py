"""Bodies and answers of login and sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.identity.domain.verification import State
from services.identity.storage.sessions import Session
from shared.web.schemas import Body, View

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
PhoneText = Annotated[str, StringConstraints(min_length=11, max_length=20)]
Token = Annotated[str, StringConstraints(min_length=20, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class LoginCodeBody(Body):
    """Who wants a code."""

    phone: PhoneText
    purpose: Literal["login"] = "login"


class LoginCodeView(View):
    """The same for every phone, known or not (V6)."""

    challenge_id: UUID
    expires_at: datetime
    resend_after_seconds: int


class SessionBody(Body):
    """Phone and code."""

    challenge_id: UUID
    phone: PhoneText
    code: Code


class TokensView(View):
    """`expires_in` in seconds; the refresh token works once."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    refresh_token: str


class PersonSessionView(TokensView):
    """Tokens of a person, and whether identity is proven yet (A6)."""

    person_id: UUID
    verification_state: State


class RefreshBody(Body):
    """The token got last."""

    refresh_token: Token


class SessionView(View):
    """One of the caller's own sessions (V20)."""

    session_id: UUID
    current: bool
    method: str
    client: str
    opened_at: datetime
    used_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, session: Session, current: UUID | None) -> "SessionView":
        """The view of a stored session."""
        return cls(
            session_id=session.session_id,
            current=session.session_id == current,
            method=session.method,
            client=session.client,
            opened_at=session.opened_at,
            used_at=session.used_at,
            expires_at=session.expires_at,
        )


class SessionsView(View):
    """At most 100, newest first."""

    items: list[SessionView] = Field(max_length=100)


class JwksView(View):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]
