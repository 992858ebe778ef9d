"""The person and the open binding behind a candidate's request, or the refusal that says what to do first."""

from uuid import UUID

from services.declaration.domain.standing_errors import (
    BindingFrozen,
    BindingRequired,
    IdentityRequired,
    IdentityRevoked,
)
from services.declaration.storage import known_bindings, known_people, known_revoked_people
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.storage.known_people import KnownPerson
from shared.postgres.transaction import Reader


async def require_candidate(reader: Reader, person_id: UUID) -> tuple[KnownPerson, KnownBinding]:
    """Raises IdentityRequired, IdentityRevoked, BindingRequired, BindingFrozen (A6, A20, A22)."""
    if (person := await known_people.select(reader, person_id)) is None:
        raise IdentityRequired
    if await known_revoked_people.select_is_revoked(reader, person_id):
        raise IdentityRevoked
    if (binding := await known_bindings.select_open(reader, person_id)) is None:
        raise BindingRequired
    if binding.state != "active":
        raise BindingFrozen
    return person, binding
