"""Exchange a refresh token for the next pair; a token used twice ends the whole session (V16, V18)."""

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
from services.identity.use_cases.signing_in.end_sessions import end_family
from services.identity.use_cases.staffing.staff_events import staff_phone
from shared.actor import ANONYMOUS, SYSTEM, Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
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
        await end_family(tx, stored.session_id, stored.subject_id, SYSTEM, now, "idle")
        return Refused(RefreshRefused())
    if (actor := await _actor(tx, stored, tokens.keyring)) is None:
        await end_family(tx, stored.session_id, stored.subject_id, SYSTEM, now, "account_closed")
        return Refused(RefreshRefused())
    pair = await tokens.pair(tx, actor, stored.session_expires_at, caller, now)
    answer = seal_text(tokens.keyring, ANSWER_CLASS, answer_place(stored.token_hash), pair.model_dump_json())
    await refresh_tokens.update_used(tx, stored.token_hash, now, answer)
    await sessions.update_used(tx, stored.session_id, now, caller.address_masked)
    return pair


async def _replay(
    tx: Transaction, stored: RefreshToken, used_at: datetime, caller: Caller, tokens: SessionTokens, now: datetime
) -> TokenPair | Refused:
    soon = now - used_at <= timedelta(seconds=tokens.limits.replay_seconds)
    same_client = tokens.client_mac(caller).matches(stored.client_mac)
    if soon and same_client and stored.answer_sealed is not None:
        place = answer_place(stored.token_hash)
        return TokenPair.model_validate_json(unseal_text(tokens.keyring, ANSWER_CLASS, place, stored.answer_sealed))
    await end_family(tx, stored.session_id, stored.subject_id, ANONYMOUS, now, REUSED)
    return Refused(RefreshRefused())


async def _actor(tx: Transaction, stored: RefreshToken, keyring: Keyring) -> Actor | None:
    """Who the session speaks for now, with today's role and scope; None when the account no longer works."""
    if stored.subject_kind == "candidate":
        person = await persons.select(tx, stored.subject_id)
        works = person is not None and person.state == "active"
        return Actor("candidate", stored.subject_id, "candidate", session_id=stored.session_id) if works else None
    account = await staff_accounts.select(tx, stored.subject_id)
    # A lock closes the login, not what is already open (V7).
    if account.state not in ("active", "locked"):
        return None
    return replace(await staff_actor(tx, account, keyring), session_id=stored.session_id)


async def staff_actor(tx: Transaction, account: StaffAccount, keyring: Keyring) -> Actor:
    """The actor of a staff account, with the person behind it when that person uses the platform too (four eyes)."""
    phone_index = blind_index(keyring, "index_contact", "phone", staff_phone(account, keyring))
    person = await persons.select_by_phone(tx, phone_index)
    return Actor(
        "staff",
        account.staff_id,
        account.role,
        scope_id=account.scope_id,
        person_id=person.person_id if person else None,
    )
