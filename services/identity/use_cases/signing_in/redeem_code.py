"""Check and consume a code in one step, and count what was wrong (V2, V3, V8)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.credentials.one_time_codes import code_mac
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import LoginCodeRefused, Refused
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import login_challenges, login_guards
from shared import audit
from shared.actor import ANONYMOUS
from shared.errors import LimitReached
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


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
