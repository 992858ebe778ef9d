"""One confirmation code of an institution, while it is in force."""

from uuid import UUID

from services.institution.domain.confirmation_code import CodeNotInForce
from services.institution.storage import confirmation_codes
from services.institution.storage.confirmation_codes import ConfirmationCode
from shared.errors import NotFound
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


async def code_in_force(reader: Reader, keyring: Keyring, institution_id: UUID, code_id: UUID) -> ConfirmationCode:
    """Raises NotFound (no code of this institution), CodeNotInForce."""
    kept = await confirmation_codes.select(reader, keyring, institution_id, code_id)
    if kept is not None:
        return kept
    if await confirmation_codes.select_exists(reader, institution_id, code_id):
        raise CodeNotInForce
    raise NotFound
