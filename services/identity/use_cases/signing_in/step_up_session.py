"""Prove the own phone anew: a new session with a new id takes the place of this one (V9, V19)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.caller import Caller
from services.identity.domain.credentials import PhoneMissing
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import Refused
from services.identity.storage import persons, refresh_tokens
from services.identity.use_cases.signing_in.become_known import phone_of
from services.identity.use_cases.signing_in.end_sessions import end_session
from services.identity.use_cases.signing_in.open_session import BY_PHONE, start_session
from services.identity.use_cases.signing_in.redeem_code import redeem_code
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring

STEP_UP = "step_up"


async def step_up_session(
    tx: Transaction,
    challenge_id: UUID,
    code: str,
    actor: Actor,
    caller: Caller,
    tokens: SessionTokens,
    limits: LoginCodeLimits,
    now: datetime,
) -> UUID | Refused:
    """The id of the new session, or a refusal to be committed. The refresh tokens move along, so that no token has to
    stand in an answer that is kept for repetition, and a used one still ends the family. Raises PhoneMissing."""
    phone = await own_phone(tx, actor.id, tokens.keyring)
    if refusal := await redeem_code(tx, challenge_id, phone, STEP_UP, code, tokens.keyring, limits, now):
        return refusal
    return await replace_session(tx, actor, BY_PHONE, caller, tokens, now)


async def replace_session(
    tx: Transaction, actor: Actor, method: str, caller: Caller, tokens: SessionTokens, now: datetime
) -> UUID:
    """End the caller's session and start one in its place, with the same refresh tokens; the new id. Raises NotFound
    when the session has ended."""
    if actor.session_id is None:
        raise NotFound
    await end_session(tx, actor.session_id, actor, now, "stepped_up")
    session, _ = await start_session(tx, replace(actor, session_id=None), method, caller, tokens, now)
    await refresh_tokens.update_session(tx, actor.session_id, session.session_id)
    return session.session_id


async def own_phone(reader: Reader, person_id: UUID, keyring: Keyring) -> str:
    """The clear phone of a person. Raises PhoneMissing, NotFound."""
    if (person := await persons.select(reader, person_id)) is None:
        raise NotFound
    if (phone := await phone_of(person, keyring)) is None:
        raise PhoneMissing
    return phone
