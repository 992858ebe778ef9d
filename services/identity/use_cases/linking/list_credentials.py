"""The ways a person can log in, masked (A5, V55)."""

from uuid import UUID

from services.identity.domain.credentials import Credential
from services.identity.storage import persons, wechat_credentials
from services.identity.use_cases.signing_in.become_known import phone_of
from shared.errors import NotFound
from shared.masking import mask_phone
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


async def list_credentials(reader: Reader, person_id: UUID, keyring: Keyring) -> list[Credential]:
    """The phone first, if there is one; its id is the person's. Raises NotFound."""
    if (person := await persons.select(reader, person_id)) is None:
        raise NotFound
    phone = await phone_of(person, keyring)
    found = [] if phone is None else [Credential(person_id, "phone", mask_phone(phone), None)]
    for link in await wechat_credentials.select_of_person(reader, person_id):
        found.append(Credential(link.credential_id, "wechat", f"微信 …{str(link.credential_id)[-4:]}", link.linked_at))
    return found
