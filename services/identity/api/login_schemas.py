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


PuzzleText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[0-9a-f.]+$")]
AnswerText = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class SolvedPuzzleBody(Body):
    """Only needed when the answer was `puzzle_needed`: the puzzle, and a text so that SHA-256 of "<puzzle>.<answer>"
    begins with as many zero bits as the puzzle asks for (V5)."""

    puzzle: PuzzleText
    answer: AnswerText


class LoginCodeBody(Body):
    """Who wants a code."""

    phone: PhoneText
    purpose: Literal["login"] = "login"
    solved: SolvedPuzzleBody | None = None


class PuzzleBody(Body):
    """For which phone a code will be asked."""

    phone: PhoneText


class PuzzleView(View):
    """Work to be shown once, for one phone."""

    puzzle: str
    bits: int
    expires_at: datetime


class OwnCodeBody(Body):
    """A code for oneself: `step_up` goes to one's own phone, the others to the phone that is to become one's own."""

    purpose: Literal["step_up", "link_phone", "phone_change"]
    phone: PhoneText | None = None
    solved: SolvedPuzzleBody | None = None


class StepUpBody(Body):
    """The code that came to one's own phone."""

    challenge_id: UUID
    code: Code


class StepUpView(View):
    """The session that takes the place of the old one. The refresh token stays as it is and leads to it: refresh at
    once, since the access tokens of the old session stop working within seconds."""

    session_id: UUID
    proven_at: datetime


class WechatSessionBody(Body):
    """What `wx.login` gave, and if the person agreed to it what the phone button gave; both work once."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]
    phone_code: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")] | None = (
        None
    )


class WechatLinkBody(Body):
    """What `wx.login` gave."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]


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
    """Tokens of a person, whether identity is proven yet (A6), until when sensitive acts are held after a change of
    phone (V9), and the request to merge that this login caused, if any (A5)."""

    person_id: UUID
    verification_state: State
    held_until: datetime | None = None
    merge_request_id: UUID | None = None


class RefreshBody(Body):
    """The token got last."""

    refresh_token: Token


class SessionView(View):
    """One of the caller's own sessions (V20)."""

    session_id: UUID
    current: bool
    method: str
    client: str
    address_masked: str | None
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
            address_masked=session.address_masked,
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
