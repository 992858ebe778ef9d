"""Open a session for somebody whose factors were just proven; always with a new session id (V19)."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.identity.credentials.session_tokens import SessionTokens, TokenPair
from services.identity.domain.caller import Caller
from services.identity.storage import sessions
from services.identity.storage.sessions import Opening
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import DeviceUsed, NewDeviceSeen
from shared.ids import PersonId, StaffId, new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

_DATA_CLASS = "index_contact"
BY_PHONE = "sms_code"
"""The method of a session in which the holder of the phone was proven by a code."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """Who is logged in now, with which tokens, and where this person stands."""

    actor: Actor
    tokens: TokenPair
    opening: Opening


async def open_session(
    tx: Transaction, actor: Actor, method: str, caller: Caller, tokens: SessionTokens, now: datetime
) -> OpenedSession:
    """`actor` is a candidate or a staff account without session; `method` names the factors, e.g. "sms_code"."""
    session, opening = await start_session(tx, actor, method, caller, tokens, now)
    inside = replace(actor, session_id=session.session_id)
    pair = await tokens.pair(tx, inside, session.expires_at, caller, now)
    return OpenedSession(inside, pair, opening)


async def start_session(
    tx: Transaction, actor: Actor, method: str, caller: Caller, tokens: SessionTokens, now: datetime
) -> tuple[sessions.Session, Opening]:
    """A session without tokens yet; a device that is new, or was not told for long, is told."""
    if actor.kind not in ("candidate", "staff"):
        raise ValueError(f"no sessions for {actor.kind}")
    kind: sessions.SubjectKind = "staff" if actor.kind == "staff" else "candidate"
    session = sessions.Session(
        session_id=new_id(),
        subject_kind=kind,
        subject_id=actor.id,
        method=method,
        client=caller.client,
        address_masked=caller.address_masked,
        # Staff show both factors at every login.
        proven_at=now if kind == "staff" or method == BY_PHONE else None,
        opened_at=now,
        used_at=now,
        expires_at=now + tokens.limits.longest(kind),
    )
    device_mac = blind_index(tokens.keyring, _DATA_CLASS, "known_device", caller.device)
    opening = await sessions.insert(tx, session, device_mac)
    if opening.strange_device:
        outbox.add(tx, _new_device(session, caller, now))
    if opening.device_due:
        outbox.add(tx, _device_used(actor, kind, caller, tokens.keyring, now))
    inside = replace(actor, session_id=session.session_id)
    audit.record(
        tx, "session.open", actor=inside, subject_kind=kind, subject_id=actor.id, at=now, after="open", method=method
    )
    return session, opening


def _new_device(session: sessions.Session, caller: Caller, now: datetime) -> NewDeviceSeen:
    """V20."""
    staff = session.subject_kind == "staff"
    return NewDeviceSeen(
        occurred_at=now,
        aggregate_version=1,
        session_id=session.session_id,
        person_id=None if staff else PersonId(session.subject_id),
        staff_id=StaffId(session.subject_id) if staff else None,
        client=session.client,
        address_masked=caller.address_masked,
    )


def _device_used(
    actor: Actor, kind: sessions.SubjectKind, caller: Caller, keyring: Keyring, now: datetime
) -> DeviceUsed:
    """F7. Fields of their own: nobody finds a device of these hashes in the table of known devices."""
    device = caller.device_id
    return DeviceUsed(
        occurred_at=now,
        aggregate_version=0,
        subject_id=actor.id,
        subject_kind=kind,
        holder_id=PersonId(actor.person_id) if kind == "staff" and actor.person_id else None,
        device=blind_index(keyring, _DATA_CLASS, "shared_device", device).hex() if device else None,
        address=blind_index(keyring, _DATA_CLASS, "shared_address", caller.address).hex(),
    )
