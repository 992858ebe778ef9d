"""The WeChat account that a person is written to: the one linked last."""

from uuid import UUID

import structlog

from services.identity.storage import wechat_credentials
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_sealing import open_text

log = structlog.get_logger()


def openid_place(credential_id: UUID) -> str:
    """Where the openid of a credential is sealed for."""
    return f"wechat_credential.openid:{credential_id}"


async def openid_of(reader: Reader, person_id: UUID, keyring: Keyring) -> str | None:
    """The clear openid; None where there is none, or what rests is broken for good, as under a key made anew. Raises
    KeyMissing and SubjectErased: that there is none must not be told then."""
    links = await wechat_credentials.select_of_person(reader, person_id)
    if not links:
        return None
    try:
        return await open_text(keyring, "contact", openid_place(links[-1].credential_id), links[-1].openid_sealed)
    except SealBroken as error:
        log.error("openid_not_opened", person_id=str(person_id), error=type(error).__name__)
        return None
