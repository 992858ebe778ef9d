"""Link the WeChat account that was just proven to the logged-in person; one that another person has becomes a request
to merge (A5, V10)."""

from datetime import datetime, timedelta

from services.identity.domain.credentials import TooManyCredentials, require_proof
from services.identity.domain.limits import SessionLimits
from services.identity.domain.wechat import WechatAccount
from services.identity.storage import sessions, wechat_credentials
from services.identity.storage.merge_requests import MergeRequest
from services.identity.use_cases.linking.attach_wechat import attach_wechat, openid_index, wechat_proof
from services.identity.use_cases.linking.list_credentials import list_credentials
from services.identity.use_cases.linking.request_merge import request_merge
from services.identity.use_cases.linking.require_not_held import require_not_held
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def link_wechat(
    tx: Transaction, account: WechatAccount, actor: Actor, keyring: Keyring, limits: SessionLimits, now: datetime
) -> MergeRequest | None:
    """None when the account is linked, now or before. Raises ProofNeeded, HeldAfterPhoneChange, TooManyCredentials,
    BothProven, MergePending."""
    proof = wechat_proof(account)
    holder = await wechat_credentials.lock_holder(tx, openid_index(keyring, proof))
    if holder == actor.id:
        return None
    await require_sensitive(tx, actor, limits, now)
    if holder is not None:
        return await request_merge(tx, holder, "wechat", proof, actor, keyring, now)
    if len(await list_credentials(tx, actor.id, keyring)) >= limits.credentials:
        raise TooManyCredentials(limit=limits.credentials)
    await attach_wechat(tx, actor.id, account, actor, keyring, now)
    return None


async def require_sensitive(tx: Transaction, actor: Actor, limits: SessionLimits, now: datetime) -> None:
    """What every change of credentials needs: no hold, and the phone, if there is one, proven in this session a moment
    ago (V9). The person stays locked until commit. Raises ProofNeeded, HeldAfterPhoneChange."""
    person = await require_not_held(tx, actor.id, now)
    if person.phone_index is not None and actor.session_id is not None:
        proven_at = await sessions.select_proven_at(tx, actor.session_id, actor.id)
        require_proof(proven_at, timedelta(minutes=limits.proof_minutes), now)
