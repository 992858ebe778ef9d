"""Opening what the declaration tables hold sealed: the content handed in, and the verified identity."""

from uuid import UUID

from services.declaration.domain.content import CONTENT, Content
from shared.contracts.identity import PersonIdentity
from shared.security.keyring import Keyring
from shared.security.sealing import unseal


def open_snapshot(keyring: Keyring, declaration_id: UUID, submission: int, sealed: bytes) -> Content:
    """The content as it was handed in. Raises SealBroken."""
    place = f"declaration_snapshot.content:{declaration_id}:{submission}"
    return CONTENT.validate_json(unseal(keyring, "declaration", place, sealed))


def open_identity(keyring: Keyring, person_id: UUID, sealed: bytes) -> PersonIdentity:
    """The verified identity. Raises SealBroken."""
    return PersonIdentity.model_validate_json(unseal(keyring, "person", f"known_person.identity:{person_id}", sealed))
