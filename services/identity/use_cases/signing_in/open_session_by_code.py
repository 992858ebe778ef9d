"""Log in with phone and one-time code; who logs in first becomes known by it (A4, V2, V3, V8)."""

from datetime import datetime
from uuid import UUID

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.caller import Caller
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import LoginCodeRefused, Refused
from services.identity.storage import persons
from services.identity.use_cases.signing_in.become_known import become_known
from services.identity.use_cases.signing_in.bring_back_phone import bring_back_phone
from services.identity.use_cases.signing_in.open_session import BY_PHONE, OpenedSession, open_session
from services.identity.use_cases.signing_in.redeem_code import redeem_code
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index


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
        # The guard's lock keeps two first logins of one phone apart.
        person = await become_known(tx, phone, caller, keyring, now)
    elif person.state != "active":
        return Refused(LoginCodeRefused())
    else:
        await bring_back_phone(tx, person, phone, keyring, now)
    actor = Actor("candidate", person.person_id, "candidate")
    return await open_session(tx, actor, BY_PHONE, caller, tokens, now)
