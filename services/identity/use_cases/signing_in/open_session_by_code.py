"""Log in with phone and one-time code; who logs in first becomes known by it (A4, V2, V3, V8)."""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.credentials.one_time_codes import code_mac
from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.caller import Caller
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import LoginCodeRefused, Refused
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import login_challenges, login_guards, persons
from services.identity.use_cases.signing_in.open_session import OpenedSession, open_session
from shared import audit, outbox
from shared.actor import ANONYMOUS, Actor
from shared.contracts.identity import PersonContactChanged
from shared.errors import LimitReached
from shared.ids import PersonId, new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event, seal_text


async def open_session_by_code(
    tx: Transaction,
    challenge_id: UUID,
    phone: str,
    code: str,
    caller: Caller,
    tokens: SessionTokens,
    limits: LoginCodeLimits,
    now: datetime,
) -> OpenedSession | Refused:
    """A session, or a refusal to be committed: the wrong try must stay counted although the answer is an error."""
    keyring = tokens.keyring
    phone_index = blind_index(keyring, "index_contact", "phone", phone)
    if refusal := await redeem_code(tx, challenge_id, phone, "login", code, keyring, limits, now):
        return refusal
    person = await persons.select_by_phone(tx, phone_index)
    if person is None:
        person = await _become_known(tx, phone, phone_index, caller, keyring, now)
    elif person.state != "active":
        return Refused(LoginCodeRefused())
    actor = Actor("candidate", person.person_id, "candidate")
    return await open_session(tx, actor, "sms_code", caller, tokens, now)


async def redeem_code(
    tx: Transaction,
    challenge_id: UUID,
    phone: str,
    purpose: str,
    code: str,
    keyring: Keyring,
    limits: LoginCodeLimits,
    now: datetime,
) -> Refused | None:
    """Check and consume a code in one step; None means it was right. The lock on the phone's row makes guesses at
    several codes of one phone queue up, so that the daily count is exact (V2)."""
    phone_index = blind_index(keyring, "index_contact", "phone", phone)
    guard = await login_guards.lock(tx, phone_index, now)
    if wait := seconds_to_wait(guard.wrong_at, limits.guessing, now):
        return Refused(LimitReached(retry_after=wait))
    mac = code_mac(keyring, challenge_id, purpose, phone, code)
    right = await login_challenges.update_guess(tx, challenge_id, phone_index, purpose, mac, now, limits.tries)
    if right:
        return None
    if right is False:
        wrong = [*remembered(guard.wrong_at, limits.guessing, now), now]
        await login_guards.update(tx, replace(guard, wrong_at=wrong))
        audit.record(
            tx,
            "login_code.guess",
            actor=ANONYMOUS,
            subject_kind="login_challenge",
            subject_id=challenge_id,
            at=now,
            reason="wrong",
        )
    return Refused(LoginCodeRefused())


async def _become_known(
    tx: Transaction, phone: str, phone_index: bytes, caller: Caller, keyring: Keyring, now: datetime
) -> persons.Person:
    """The guard's lock keeps two first logins of one phone apart."""
    person_id = PersonId(new_id())
    language: Literal["zh", "en"] = "en" if caller.language == "en" else "zh"
    sealed = seal_text(keyring, "contact", f"person.phone:{person_id}", phone)
    person = persons.Person(person_id, sealed, language, "active")
    await persons.insert(tx, person, phone_index, now)
    version = await persons.update_version(tx, person_id)
    place = f"{PersonContactChanged.TYPE}.phone:{person_id}"
    event = PersonContactChanged(
        occurred_at=now,
        aggregate_version=version,
        person_id=person_id,
        phone=seal_for_event(keyring, "contact", place, phone),
        language=language,
    )
    outbox.add(tx, event)
    actor = Actor("candidate", person_id, "candidate")
    audit.record(tx, "person.create", actor=actor, subject_kind="person", subject_id=person_id, at=now, after="active")
    return person
