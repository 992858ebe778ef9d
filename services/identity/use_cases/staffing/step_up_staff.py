"""Prove both factors anew inside a staff session: a session with a new id takes the place of this one (V11, V19)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.caller import Caller
from services.identity.domain.refusals import Refused
from services.identity.storage import login_guards, staff_accounts
from services.identity.use_cases.signing_in.step_up_session import replace_session
from services.identity.use_cases.staffing.check_factors import StaffAttempt
from services.identity.use_cases.staffing.consume_proof import consume_proof
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index

_WORKING = frozenset({"active", "locked"})


async def step_up_staff(
    tx: Transaction, attempt: StaffAttempt, actor: Actor, caller: Caller, tokens: SessionTokens, now: datetime
) -> UUID | Refused:
    """The id of the new session, or a refusal to be committed. Tries count and are given back as at a login. Raises
    NotFound when the session has ended."""
    phone_index = blind_index(tokens.keyring, "index_contact", "phone", attempt.phone)
    guard = await login_guards.lock(tx, phone_index, now)
    account = await consume_proof(tx, attempt, _WORKING, now)
    if isinstance(account, Refused):
        return account
    if attempt.is_guessable:
        await login_guards.update(tx, replace(guard, staff_failed_at=[], staff_locked_until=None))
    await staff_accounts.update_login(tx, account, now)
    return await replace_session(tx, actor, attempt.method, caller, tokens, now)
