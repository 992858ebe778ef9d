"""Exchange a refresh token for the next pair; a token used twice ends the whole session (V16, V18)."""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from services.identity.credentials.session_tokens import (
    ANSWER_CLASS,
    SessionTokens,
    TokenPair,
    answer_place,
    token_hash,
)
from services.identity.domain.caller import Caller
from services.identity.domain.refusals import RefreshRefused, Refused
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import persons, refresh_tokens, sessions, staff_accounts
from services.identity.storage.refresh_tokens import RefreshToken
from shared import audit
from shared.actor import ANONYMOUS, Actor
from shared.postgres.transaction import Transaction
from shared.security.sealing import seal_text, unseal_text

REUSED = "refresh_token_reused"


async def refresh_session(
    tx: Transaction, token: str, caller: Caller, tokens: SessionTokens, now: datetime
) -> TokenPair | Refused:
    """The next pair; the same pair again for a client that lost the answer a moment ago; or a refusal to be committed,
    since a reuse must end the session although the answer is an error."""
    stored = await refresh_tokens.lock(tx, token_hash(token))
    if stored is None or stored.ended_at is not None or stored.session_expires_at <= now:
        return Refused(RefreshRefused())
    if stored.used_at is not None:
        return await _replay(tx, stored, stored.used_at, caller, tokens, now)
    if stored.expires_at <= now:
        await sessions.update_ended(tx, stored.session_id, stored.subject_id, now, "idle")
        return Refused(RefreshRefused())
    if (actor := await _actor(tx, stored)) is None:
        await sessions.update_ended(tx, stored.session_id, stored.subject_id, now, "account_closed")
        return Refused(RefreshRefused())
    pair = await tokens.pair(tx, actor, stored.session_expires_at, caller, now)
    answer = seal_text(tokens.keyring, ANSWER_CLASS, answer_place(stored.token_hash), pair.model_dump_json())
    await refresh_tokens.update_used(tx, stored.token_hash, now, answer)
    await sessions.update_used(tx, stored.session_id, now)
    return pair


async def _replay(
    tx: Transaction, stored: RefreshToken, used_at: datetime, caller: Caller, tokens: SessionTokens, now: datetime
) -> TokenPair | Refused:
    soon = now - used_at <= timedelta(seconds=tokens.limits.replay_seconds)
    same_client = hmac.compare_digest(stored.client_mac, tokens.client_mac(caller))
    if soon and same_client and stored.answer_sealed is not None:
        place = answer_place(stored.token_hash)
        return TokenPair.model_validate_json(unseal_text(tokens.keyring, ANSWER_CLASS, place, stored.answer_sealed))
    await sessions.update_ended(tx, stored.session_id, stored.subject_id, now, REUSED)
    audit.record(
        tx,
        "session.end",
        actor=ANONYMOUS,
        subject_kind=stored.subject_kind,
        subject_id=stored.subject_id,
        at=now,
        before="open",
        after="ended",
        reason=REUSED,
    )
    return Refused(RefreshRefused())


async def _actor(tx: Transaction, stored: RefreshToken) -> Actor | None:
    """Who the session speaks for now, with today's role and scope; None when the account no longer works."""
    if stored.subject_kind == "candidate":
        person = await persons.select(tx, stored.subject_id)
        works = person is not None and person.state == "active"
        return Actor("candidate", stored.subject_id, "candidate", session_id=stored.session_id) if works else None
    account = await staff_accounts.select(tx, stored.subject_id)
    # A lock closes the login, not what is already open (V7).
    if account.state not in ("active", "locked"):
        return None
    return replace(await staff_actor(tx, account), session_id=stored.session_id)


async def staff_actor(tx: Transaction, account: StaffAccount) -> Actor:
    """The actor of a staff account, with the person behind it when that person uses the platform too (four eyes)."""
    person = await persons.select_by_phone(tx, account.phone_index)
    return Actor(
        "staff",
        account.staff_id,
        account.role,
        scope_id=account.scope_id,
        person_id=person.person_id if person else None,
    )
