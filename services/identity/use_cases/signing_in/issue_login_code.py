"""Send a one-time code to a phone, whether anybody with that phone is known or not (A4, V1, V4, V6)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.identity.credentials.one_time_codes import code_mac, new_code
from services.identity.domain.caller import Caller
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import login_challenges, login_guards
from shared import audit, outbox
from shared.actor import ANONYMOUS
from shared.contracts.identity import LoginCodeIssued
from shared.errors import LimitReached
from shared.ids import new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """What the asker may know."""

    challenge_id: UUID
    expires_at: datetime
    resend_after_seconds: int


async def issue_login_code(
    tx: Transaction,
    phone: str,
    purpose: str,
    caller: Caller,
    keyring: Keyring,
    limits: LoginCodeLimits,
    now: datetime,
) -> IssuedCode:
    """Raises LimitReached with the seconds to wait. The code leaves sealed in LoginCodeIssued, once (M10)."""
    address = blind_index(keyring, "index_contact", "client_address", caller.address)
    await take(tx, Rate("login_code.address", limits.per_address_and_hour, timedelta(hours=1)), address, now)
    phone_index = blind_index(keyring, "index_contact", "phone", phone)
    guard = await login_guards.lock(tx, phone_index, now)
    # Where no more guesses are allowed a code would be of no use.
    wait = max(
        seconds_to_wait(guard.sent_at, limits.sending, now), seconds_to_wait(guard.wrong_at, limits.guessing, now)
    )
    if wait:
        raise LimitReached(retry_after=wait)
    sent = [*remembered(guard.sent_at, limits.sending, now), now]
    await login_guards.update(tx, replace(guard, sent_at=sent))
    issued = IssuedCode(new_id(), now + timedelta(seconds=limits.seconds), seconds_to_wait(sent, limits.sending, now))
    code = new_code()
    mac = code_mac(keyring, issued.challenge_id, purpose, phone, code)
    await login_challenges.insert(tx, issued.challenge_id, phone_index, purpose, mac, now, issued.expires_at)
    outbox.add(tx, _event(issued, phone, purpose, code, caller, keyring, now))
    audit.record(
        tx,
        "login_code.issue",
        actor=ANONYMOUS,
        subject_kind="login_challenge",
        subject_id=issued.challenge_id,
        at=now,
        purpose=purpose,
    )
    return issued


def _event(
    issued: IssuedCode, phone: str, purpose: str, code: str, caller: Caller, keyring: Keyring, now: datetime
) -> LoginCodeIssued:
    place = f"{LoginCodeIssued.TYPE}.%s:{issued.challenge_id}"
    language: Literal["zh", "en"] = "en" if caller.language == "en" else "zh"
    return LoginCodeIssued(
        occurred_at=now,
        aggregate_version=1,
        challenge_id=issued.challenge_id,
        purpose=purpose,
        phone=seal_for_event(keyring, "contact", place % "phone", phone),
        code=seal_for_event(keyring, "login_code", place % "code", code),
        expires_at=issued.expires_at,
        language=language,
    )
