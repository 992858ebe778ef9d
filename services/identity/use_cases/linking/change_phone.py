"""Exchange the phone of a person who proved the old one a moment ago and now the new one (V9, P14)."""

from datetime import datetime
from uuid import UUID

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.credentials import PhoneMissing, SamePhone
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.refusals import Refused
from services.identity.storage import persons
from services.identity.storage.merge_requests import MergeRequest
from services.identity.use_cases.linking.link_wechat import require_sensitive
from services.identity.use_cases.linking.replace_phone import replace_phone
from services.identity.use_cases.linking.request_merge import request_merge
from services.identity.use_cases.signing_in.redeem_code import redeem_code
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index

CHANGE_PHONE = "phone_change"


async def change_phone(
    tx: Transaction,
    challenge_id: UUID,
    phone: str,
    code: str,
    actor: Actor,
    tokens: SessionTokens,
    limits: LoginCodeLimits,
    now: datetime,
) -> datetime | MergeRequest | Refused:
    """Until when sensitive acts are held; a request where another person has the number; a refusal to be committed.
    Raises PhoneMissing, SamePhone, ProofNeeded, HeldAfterPhoneChange, BothProven, MergePending."""
    keyring = tokens.keyring
    index = blind_index(keyring, "index_contact", "phone", phone)
    if refusal := await redeem_code(tx, challenge_id, phone, CHANGE_PHONE, code, keyring, limits, now):
        return refusal
    person = await persons.lock(tx, actor.id)
    if person.phone_index is None:
        raise PhoneMissing
    if index.matches(person.phone_index):
        raise SamePhone
    await require_sensitive(tx, actor, tokens.limits, now)
    if (holder := await persons.select_by_phone(tx, index)) is not None:
        return await request_merge(tx, holder.person_id, "phone", phone, actor, keyring, now)
    held_until = await replace_phone(tx, person, phone, actor, keyring, tokens.limits, now)
    return held_until or now
