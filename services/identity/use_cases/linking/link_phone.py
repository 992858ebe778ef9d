"""Give a person without phone the one that a code was just sent to; one that another person has becomes a request to
merge (A5)."""

from datetime import datetime
from uuid import UUID

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.credentials import PhoneAlreadyLinked
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import Refused
from services.identity.storage import persons
from services.identity.storage.merge_requests import MergeRequest
from services.identity.use_cases.linking.replace_phone import replace_phone
from services.identity.use_cases.linking.request_merge import request_merge
from services.identity.use_cases.signing_in.redeem_code import redeem_code
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index

LINK_PHONE = "link_phone"


async def link_phone(
    tx: Transaction,
    challenge_id: UUID,
    phone: str,
    code: str,
    actor: Actor,
    tokens: SessionTokens,
    limits: LoginCodeLimits,
    now: datetime,
) -> MergeRequest | Refused | None:
    """None when linked; a request where another person has the phone; a refusal to be committed. Raises
    PhoneAlreadyLinked, BothProven, MergePending."""
    keyring = tokens.keyring
    if refusal := await redeem_code(tx, challenge_id, phone, LINK_PHONE, code, keyring, limits, now):
        return refusal
    person = await persons.lock(tx, actor.id)
    if person.phone_index is not None:
        raise PhoneAlreadyLinked
    index = blind_index(keyring, "index_contact", "phone", phone)
    if (holder := await persons.select_by_phone(tx, index)) is not None:
        return await request_merge(tx, holder.person_id, "phone", phone, actor, keyring, now)
    await replace_phone(tx, person, phone, actor, keyring, tokens.limits, now)
    return None
