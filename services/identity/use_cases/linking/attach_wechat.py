"""Write down that a WeChat account logs in as a person, and tell that person (A5, V10)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.wechat import WechatAccount
from services.identity.storage import wechat_credentials
from services.identity.storage.wechat_credentials import WechatCredential
from services.identity.use_cases.linking.openid_of import openid_place
from services.identity.use_cases.linking.tell_credential_change import tell_credential_change
from services.identity.use_cases.signing_in.tell_contact import tell_contact
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, blind_index, exact
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_text_for


def wechat_proof(account: WechatAccount) -> str:
    """App and openid: the same openid in another app is another identity (V10)."""
    return f"{account.appid}/{account.openid}"


def openid_index(keyring: Keyring, proof: str) -> BlindIndex:
    """The keyed hash of app and openid."""
    return blind_index(keyring, "index_contact", "wechat.openid", exact(proof))


async def attach_wechat(
    tx: Transaction, person_id: UUID, account: WechatAccount, actor: Actor, keyring: Keyring, now: datetime
) -> UUID:
    """The id of the new credential. The caller holds the lock of the account and has seen that nobody has it."""
    credential_id = new_id()
    credential = WechatCredential(
        credential_id=credential_id,
        person_id=person_id,
        appid=account.appid,
        openid_sealed=await seal_text_for(keyring, person_id, "contact", openid_place(credential_id), account.openid),
        openid_index=openid_index(keyring, wechat_proof(account)),
        linked_at=now,
    )
    await wechat_credentials.insert(tx, credential)
    await tell_credential_change(tx, person_id, "wechat", "linked", actor, now)
    await tell_contact(tx, person_id, keyring, now)
    return credential_id
