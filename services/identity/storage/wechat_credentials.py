"""The wechat_credential table: which WeChat account of which app logs in as which person (V10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex, lock_value

_SELECT_HOLDER: Final = "SELECT person_id FROM wechat_credential WHERE openid_index = ANY($1)"
_SELECT_OF_PERSON: Final = """
SELECT credential_id, person_id, appid, openid_sealed, openid_index, linked_at FROM wechat_credential
WHERE person_id = $1 ORDER BY linked_at, credential_id
"""
_INSERT: Final = """
INSERT INTO wechat_credential (credential_id, person_id, appid, openid_sealed, openid_index, linked_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_MOVE: Final = "UPDATE wechat_credential SET person_id = $2, openid_sealed = $3 WHERE credential_id = $1"
_DELETE_OF: Final = "DELETE FROM wechat_credential WHERE person_id = $1"
_DELETE: Final = "DELETE FROM wechat_credential WHERE credential_id = $1 AND person_id = $2"


@dataclass(frozen=True, slots=True)
class WechatCredential:
    """One WeChat account of a person; the openid stays sealed."""

    credential_id: UUID
    person_id: UUID
    appid: str
    openid_sealed: bytes
    openid_index: bytes
    linked_at: datetime


async def lock_holder(tx: Transaction, openid_index: BlindIndex) -> UUID | None:
    """Who a WeChat account belongs to, or None; nobody else can link it until commit."""
    # Two first logins of one account, each with a code of its own, queue up here before either looks.
    await lock_value(tx, openid_index, always=True)
    return await select_holder(tx, openid_index)


async def select_holder(reader: Reader, openid_index: BlindIndex) -> UUID | None:
    """Who a WeChat account belongs to, or None."""
    holder: UUID | None = await reader.fetchval(_SELECT_HOLDER, openid_index.known)
    return holder


async def select_of_person(reader: Reader, person_id: UUID) -> list[WechatCredential]:
    """The WeChat accounts of a person, the oldest first."""
    return [WechatCredential(**dict(row)) for row in await reader.fetch(_SELECT_OF_PERSON, person_id)]


async def insert(tx: Transaction, credential: WechatCredential) -> None:
    """A new link."""
    await tx.execute(
        _INSERT,
        credential.credential_id,
        credential.person_id,
        credential.appid,
        credential.openid_sealed,
        credential.openid_index,
        credential.linked_at,
    )


async def update_person(tx: Transaction, credential_id: UUID, person_id: UUID, openid_sealed: bytes) -> None:
    """Give a WeChat account to another person, sealed for that one."""
    await tx.execute(_MOVE, credential_id, person_id, openid_sealed)


async def delete(tx: Transaction, credential_id: UUID, person_id: UUID) -> None:
    """Take a link away."""
    await tx.execute(_DELETE, credential_id, person_id)


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Take all links of a person away."""
    await tx.execute(_DELETE_OF, person_id)
