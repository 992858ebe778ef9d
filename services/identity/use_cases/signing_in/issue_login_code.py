"""Send a one-time code to a phone, whether anybody with that phone is known or not (A4, V1, V4, V5, V6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.identity.credentials.login_puzzles import use_puzzle
from services.identity.credentials.one_time_codes import code_mac, new_code
from services.identity.domain.caller import Caller
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.login_brake import (
    LoginCodesPaused,
    PuzzleNeeded,
    breaker_open,
    budget_spent,
    close_to_budget,
)
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import login_challenges, login_guards, login_traffic
from shared import audit, outbox
from shared.actor import ANONYMOUS
from shared.clock import SHANGHAI
from shared.contracts.identity import LoginCodeIssued
from shared.errors import LimitReached
from shared.ids import new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_keys import subject_of_day
from shared.security.subject_sealing import seal_event_for


@dataclass(frozen=True, slots=True)
class SolvedPuzzle:
    """What a client shows while the breaker is open (V5)."""

    puzzle: str
    answer: str


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
    solved: SolvedPuzzle | None = None,
) -> IssuedCode:
    """Raises LimitReached with the seconds to wait, PuzzleNeeded, PuzzleRefused, LoginCodesPaused. The code leaves
    sealed in LoginCodeIssued, once (M10)."""
    await _take_source(tx, caller, keyring, limits, now)
    phone_index = blind_index(keyring, "index_contact", "phone", phone)
    guard = await login_guards.lock(tx, phone_index, now)
    # Where no more guesses are allowed a code would be of no use.
    wait = max(
        seconds_to_wait(guard.sent_at, limits.sending, now), seconds_to_wait(guard.wrong_at, limits.guessing, now)
    )
    if wait:
        raise LimitReached(retry_after=wait)
    await _pass_brake(tx, phone, solved, keyring, limits, now)
    sent = [*remembered(guard.sent_at, limits.sending, now), now]
    issued = IssuedCode(new_id(), now + timedelta(seconds=limits.seconds), seconds_to_wait(sent, limits.sending, now))
    code = new_code()
    mac = code_mac(keyring, issued.challenge_id, purpose, phone, code)
    await login_challenges.insert(tx, issued.challenge_id, phone_index, purpose, mac, issued.expires_at, sent)
    outbox.add(tx, await _event(issued, phone, purpose, code, caller, keyring, now))
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


async def _take_source(
    tx: Transaction, caller: Caller, keyring: Keyring, limits: LoginCodeLimits, now: datetime
) -> None:
    """V4: per address, and per device where the client says which it is."""
    hour = timedelta(hours=1)
    address = blind_index(keyring, "index_contact", "client_address", caller.address)
    await take(tx, Rate("login_code.address", limits.per_address_and_hour, hour), address, now)
    if caller.device_id:
        device = blind_index(keyring, "index_contact", "known_device", caller.device)
        await take(tx, Rate("login_code.device", limits.per_device_and_hour, hour), device, now)


async def _pass_brake(
    tx: Transaction,
    phone: str,
    solved: SolvedPuzzle | None,
    keyring: Keyring,
    limits: LoginCodeLimits,
    now: datetime,
) -> None:
    """V5. A refusal rolls the count back: only codes that leave are counted."""
    traffic = await login_traffic.update_sent(tx, now)
    spent = traffic.sent_in_hour
    if close_to_budget(spent, limits):
        spent = (await login_traffic.lock(tx, now)).sent_in_hour - 1
    if budget_spent(spent, limits):
        raise LoginCodesPaused(retry_after=600)
    if breaker_open(traffic.sent_lately, traffic.redeemed_lately, limits):
        if solved is None:
            raise PuzzleNeeded
        await use_puzzle(tx, solved.puzzle, solved.answer, phone, keyring, limits, now)


async def _event(
    issued: IssuedCode, phone: str, purpose: str, code: str, caller: Caller, keyring: Keyring, now: datetime
) -> LoginCodeIssued:
    place = f"{LoginCodeIssued.TYPE}.%s:{issued.challenge_id}"
    language: Literal["zh", "en"] = "en" if caller.language == "en" else "zh"
    # Whose phone it is may be known to nobody yet: the key of the day is destroyed for everybody at once (V58).
    day = subject_of_day(now.astimezone(SHANGHAI).date())
    return LoginCodeIssued(
        occurred_at=now,
        aggregate_version=1,
        challenge_id=issued.challenge_id,
        purpose=purpose,
        phone=await seal_event_for(keyring, day, "contact", place % "phone", phone),
        code=await seal_event_for(keyring, day, "login_code", place % "code", code),
        expires_at=issued.expires_at,
        language=language,
    )
