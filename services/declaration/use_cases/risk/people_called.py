"""Who has a whole name or document number, by keyed hashes only (V48)."""

from uuid import UUID

from services.declaration.storage import risk_list
from shared.postgres.transaction import Reader
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def people_called(reader: Reader, keyring: Keyring, text: str) -> list[UUID]:
    """At most 200 people; whose hits the caller may see is another question."""
    names = blind_index(keyring, "index_person", "name", text).known
    numbers = blind_index(keyring, "index_person", "document_no", text).known
    return await risk_list.select_persons(reader, names, numbers)
