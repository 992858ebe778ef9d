"""Two persons become one: the WeChat accounts of the one that closes lead to the one that remains (A5)."""

from uuid import UUID

from services.identity.storage import wechat_credentials
from services.identity.use_cases.linking.openid_of import openid_place
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text, seal_text_for


async def move_wechat(tx: Transaction, from_person: UUID, to_person: UUID, keyring: Keyring) -> None:
    """They are sealed anew: the key of the person who closes is about to be destroyed (V58)."""
    for link in await wechat_credentials.select_of_person(tx, from_person):
        place = openid_place(link.credential_id)
        openid = await open_text(keyring, "contact", place, link.openid_sealed)
        sealed = await seal_text_for(keyring, to_person, "contact", place, openid)
        await wechat_credentials.update_person(tx, link.credential_id, to_person, sealed)
