"""Log in by WeChat, with a phone proven by WeChat or without (A3, A5, V10). The first login makes a person, or links
the account to the person whose phone was proven."""

from dataclasses import dataclass
from datetime import datetime

from services.identity.credentials.session_tokens import SessionTokens
from services.identity.domain.caller import Caller
from services.identity.domain.merging import BothProven, MergePending
from services.identity.domain.refusals import Refused
from services.identity.domain.wechat import WechatAccount, WechatCodeRefused
from services.identity.storage import login_guards, persons, wechat_credentials
from services.identity.storage.merge_requests import MergeRequest
from services.identity.storage.persons import Person
from services.identity.use_cases.linking.attach_wechat import attach_wechat, openid_index, wechat_proof
from services.identity.use_cases.linking.replace_phone import replace_phone
from services.identity.use_cases.linking.request_merge import request_merge
from services.identity.use_cases.signing_in.become_known import become_known
from services.identity.use_cases.signing_in.open_session import OpenedSession, open_session
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index

BY_WECHAT = "wechat"


@dataclass(frozen=True, slots=True)
class WechatProof:
    """What WeChat confirmed a moment ago."""

    account: WechatAccount
    phone: str | None


@dataclass(frozen=True, slots=True)
class WechatLogin:
    """A session, and the request that was made where the phone belongs to somebody else."""

    opened: OpenedSession
    merge: MergeRequest | None


async def open_session_by_wechat(
    tx: Transaction, proof: WechatProof, caller: Caller, tokens: SessionTokens, now: datetime
) -> WechatLogin | Refused:
    """A session of the person behind the account. A phone that another person has never decides alone: it becomes a
    request to merge, and the login goes on as the account's own person."""
    keyring = tokens.keyring
    index = None if proof.phone is None else blind_index(keyring, "index_contact", "phone", proof.phone)
    if index is not None:
        # Before the account: whoever gives a phone to a person holds its guard.
        await login_guards.lock(tx, index, now)
    holder = await wechat_credentials.lock_holder(tx, openid_index(keyring, wechat_proof(proof.account)))
    by_phone = None if index is None else await persons.select_by_phone(tx, index)
    known = holder or (by_phone.person_id if by_phone else None)
    # Locked, so that nobody closes the person while it is given a credential.
    person = await (persons.lock(tx, known) if known else become_known(tx, proof.phone, caller, keyring, now))
    if person.state != "active":
        return Refused(WechatCodeRefused())
    actor = Actor("candidate", person.person_id, "candidate")
    if holder is None and (person.held_until is None or person.held_until <= now):
        await attach_wechat(tx, person.person_id, proof.account, actor, keyring, now)
    merge = None
    if proof.phone is not None and index is not None and not index.matches(person.phone_index or b""):
        merge = await _other_phone(tx, person, by_phone, proof.phone, actor, tokens, now)
    return WechatLogin(await open_session(tx, actor, BY_WECHAT, caller, tokens, now), merge)


async def _other_phone(
    tx: Transaction,
    person: Person,
    by_phone: Person | None,
    phone: str,
    actor: Actor,
    tokens: SessionTokens,
    now: datetime,
) -> MergeRequest | None:
    """A first phone is linked, a second one is not: it is changed by its own way (V9). What can not be merged does not
    keep anybody from logging in."""
    if by_phone is not None:
        try:
            return await request_merge(tx, by_phone.person_id, "phone", phone, actor, tokens.keyring, now)
        except (BothProven, MergePending):
            return None
    if person.phone_index is None:
        await replace_phone(tx, person, phone, actor, tokens.keyring, tokens.limits, now)
    return None
