"""Open a session for somebody whose factors were just proven; always with a new session id (V19)."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.identity.credentials.session_tokens import SessionTokens, TokenPair
from services.identity.domain.caller import Caller
from services.identity.storage import sessions
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """Who is logged in now, and with which tokens."""

    actor: Actor
    tokens: TokenPair


async def open_session(
    tx: Transaction, actor: Actor, method: str, caller: Caller, tokens: SessionTokens, now: datetime
) -> OpenedSession:
    """`actor` is a candidate or a staff account without session; `method` names the factors, e.g. "sms_code"."""
    if actor.kind not in ("candidate", "staff"):
        raise ValueError(f"no sessions for {actor.kind}")
    kind: sessions.SubjectKind = "staff" if actor.kind == "staff" else "candidate"
    session = sessions.Session(
        session_id=new_id(),
        subject_kind=kind,
        subject_id=actor.id,
        method=method,
        client=caller.client,
        opened_at=now,
        used_at=now,
        expires_at=now + tokens.limits.longest(kind),
    )
    await sessions.insert(tx, session)
    inside = replace(actor, session_id=session.session_id)
    pair = await tokens.pair(tx, inside, session.expires_at, caller, now)
    audit.record(
        tx, "session.open", actor=inside, subject_kind=kind, subject_id=actor.id, at=now, after="open", method=method
    )
    return OpenedSession(inside, pair)
